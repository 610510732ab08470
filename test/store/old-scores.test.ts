import { expect, it } from 'vitest'
import { readEvent, readFinalist } from '../../src/store/rows.js'

const cost = { macs: 5, params: 4, bytes: 3, size: 3, bitops: 2 }
const old = { scores: { val: { top1: 0.5, loss: 1.5, n: 10 } }, cost }
const completed = { metric: 'top1', score: 0.5, top1: 0.5, loss: 1.5, n: 10 }

it('runs older than the choice of a metric are read as scored by top-1', () => {
  const row = { trial: 1, before: JSON.stringify(old), after: JSON.stringify(old), file: 'x' }
  expect(readFinalist(row).after.scores.val).toEqual(completed)
  const event = readEvent(JSON.stringify({ at: 1, type: 'baseline', report: { ...old, latencyMs: null } }))
  expect(event.type === 'baseline' && event.report).toEqual({
    ...old,
    scores: { val: completed },
    latencyMs: null,
  })
})

it('what was scored by other metrics is read as it was written', () => {
  const outputs = { a: { score: 0.25, loss: 1, mse: 3 }, b: { score: 0.75, loss: 2, top1: 0.75 } }
  const val = { metric: 'a=mse,b=top1', score: 0.5, loss: 1.5, n: 10, outputs }
  const text = JSON.stringify({ scores: { val }, cost })
  expect(readFinalist({ trial: 1, before: text, after: text, file: 'x' }).after.scores.val).toEqual(val)
})
