// Prints `N passed, N failed`, and `, N skipped` where there are any, from the test runner's JSON report; the demo counts as one more.
import { readFileSync } from 'node:fs'

const [, , report, status] = process.argv
let [passed, failed, skipped] = [0, 0, 0]
try {
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'))
  ;[passed, failed, skipped] = [numPassedTests, numFailedTests, numPendingTests]
} catch {
  // The checks before the tests failed, so there is no report.
}
if (status === '0') passed++
else if (failed === 0) failed++
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
