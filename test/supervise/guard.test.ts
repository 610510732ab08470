import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Evaluated, Evaluator } from '../../src/evaluate/evaluator.js'
import { createGuard, graceOf } from '../../src/supervise/guard.js'
import type { Report } from '../../src/supervise/messages.js'

const { signal } = new AbortController()
const evaluated: Evaluated = {
  evaluation: { scores: {}, cost: { macs: 1, params: 1, bytes: 1, size: 1, bitops: 1 } },
  times: {},
  worker: 1,
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** A guard before an evaluator that only answers for even widths, and all that it reports. */
function guarded(timeout: number | null, verdicts: readonly { task: string; reason: string }[] = []) {
  const reports: Report[] = []
  const evaluate = vi.fn(
    ({ keep }: { readonly keep: Readonly<Record<string, number>> }) =>
      new Promise<Evaluated>(resolve => {
        if (keep.a! % 2 === 0) resolve(evaluated)
      }),
  )
  const inner: Evaluator = {
    evaluate,
    // Only the finalist with the number 3 ends.
    fineTune: ({ trial }) => (trial === 3 ? Promise.reject(new Error('it broke')) : new Promise(() => {})),
    probe: () => Promise.reject(new Error('not here')),
    close: async () => {},
  }
  const health = { suspects: [], verdicts: [...verdicts] }
  const timeouts = { trial: timeout, finalist: timeout === null ? null : 2 * timeout }
  const guard = createGuard({ slots: 2, health, report: report => reports.push(report), timeouts })
  return { evaluator: guard.before(inner), reports, evaluate }
}

const candidate = (trial: number, a: number) => ({ trial, steps: 0, keep: { a } })

it('reports what begins and what ends, well or badly', async () => {
  const { evaluator, reports } = guarded(null)
  expect(await evaluator.evaluate(candidate(3, 2), signal)).toBe(evaluated)
  await expect(evaluator.fineTune({ trial: 3, keep: { a: 2 } }, () => {}, signal)).rejects.toThrow('it broke')
  expect(reports.map(report => [report.kind, 'what' in report ? report.what : ''])).toEqual([
    ['begun', 'trial 3'],
    ['done', ''],
    ['begun', 'finalist #3'],
    ['done', ''],
  ])
})

it('fails a policy that a verdict is about without trying it, in any trial', async () => {
  const first = guarded(null)
  await first.evaluator.evaluate(candidate(3, 2), signal)
  const [begun] = first.reports
  if (begun?.kind !== 'begun') throw new Error('nothing was begun')
  const { evaluator, evaluate, reports } = guarded(null, [{ task: begun.task, reason: 'it kills' }])
  await expect(evaluator.evaluate(candidate(9, 2), signal)).rejects.toThrow('it kills')
  expect([evaluate.mock.calls, reports]).toEqual([[], []])
  expect(await evaluator.evaluate(candidate(9, 4), signal)).toBe(evaluated)
})

it('says that a trial does not answer once its time and its grace are over, and not before', async () => {
  const { evaluator, reports } = guarded(30_000)
  await evaluator.evaluate(candidate(0, 2), signal)
  void evaluator.evaluate(candidate(1, 3), signal)
  await new Promise(resolve => setImmediate(resolve))
  expect(reports).toHaveLength(3)
  vi.advanceTimersByTime(30_000 + graceOf(30_000) - 1)
  expect(reports).toHaveLength(3)
  vi.advanceTimersByTime(1)
  expect(reports.slice(3)).toEqual([
    { kind: 'hung', task: expect.any(String), reason: 'did not answer within 60 s (its time is 30 s)' },
  ])
})

it('gives a finalist the time that is its own', async () => {
  const { evaluator, reports } = guarded(30_000)
  void evaluator.fineTune({ trial: 1, keep: { a: 2 } }, () => {}, signal)
  await new Promise(resolve => setImmediate(resolve))
  vi.advanceTimersByTime(60_000 + graceOf(60_000) - 1)
  expect(reports).toHaveLength(1)
  vi.advanceTimersByTime(1)
  expect(reports.slice(1)).toEqual([
    { kind: 'hung', task: expect.any(String), reason: 'did not answer within 120 s (its time is 60 s)' },
  ])
})
