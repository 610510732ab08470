// Prints `N passed, N failed`, and `, N skipped` where there are any, from the test runner's JSON report; the demo counts as one more,
// and so does the newest Node (status 0, or 77 where it is skipped).
import { readFileSync } from 'node:fs'

const [, , report, status, newest] = process.argv
let [passed, failed, skipped] = [0, 0, 0]
try {
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'))
  ;[passed, failed, skipped] = [numPassedTests, numFailedTests, numPendingTests]
} catch {
  // The checks before the tests failed, so there is no report.
}
if (status === '0') passed++
else if (failed === 0) failed++
if (newest === '0') passed++
else if (newest === '77') skipped++
else failed++
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
