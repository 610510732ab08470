// Prints `N passed, N failed` from the test runner's JSON report; the demo counts as one more.
import { readFileSync } from 'node:fs'

const [, , report, status] = process.argv
let [passed, failed] = [0, 0]
try {
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'))
  ;[passed, failed] = [numPassedTests, numFailedTests]
} catch {
  // The checks before the tests failed, so there is no report.
}
if (status === '0') passed++
else if (failed === 0) failed++
console.log(`${passed} passed, ${failed} failed`)
