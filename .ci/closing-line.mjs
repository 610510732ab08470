// Prints `N passed, N failed`, and `, N skipped` where there are any, from a folder of the test runner's JSON reports; the demo
// counts as one more, and so does the newest Node (status 0, or 77 where it is skipped).
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [, , reports, status, newest] = process.argv
let [passed, failed, skipped] = [0, 0, 0]
// Where the checks before the tests failed, there is no report.
for (const file of readdirSync(reports)) {
  const report = JSON.parse(readFileSync(join(reports, file), 'utf8'))
  passed += report.numPassedTests
  failed += report.numFailedTests
  skipped += report.numPendingTests
}
if (status === '0') passed++
else if (failed === 0) failed++
if (newest === '0') passed++
else if (newest === '77') skipped++
else failed++
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
