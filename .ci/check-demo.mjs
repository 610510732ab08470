// Checks what the shortened demo printed: a finished run within its budget that lost little accuracy.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'

const result = JSON.parse(readFileSync(process.argv[2], 'utf8'))
assert.equal(result.state, 'finished')
assert.equal(result.trials.finished, 12)
assert.ok(
  result.budget.every(budget => budget.met),
  'the budget is met',
)
assert.ok(result.best.macs <= result.baseline.macs / 2, 'half the MACs are gone')
assert.equal(result.best.test.n, 2000)
assert.ok(result.best.test.top1 > result.baseline.test.top1 - 0.03, `test accuracy ${result.best.test.top1}`)
assert.equal(readFileSync('runs/demo/best.onnx').byteLength, result.best.bytes)
for (const file of ['run.sqlite', 'log.jsonl', 'original.onnx'])
  assert.ok(existsSync(`runs/demo/${file}`), file)
console.log(
  `demo: test accuracy ${result.baseline.test.top1} -> ${result.best.test.top1} at ${((100 * result.best.macs) / result.baseline.macs).toFixed(1)} % of the MACs`,
)
