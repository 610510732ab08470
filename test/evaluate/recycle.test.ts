import { describe, expect, it } from 'vitest'
import type { Evaluator } from '../../src/evaluate/evaluator.js'
import { memoryWatch, recycledEvaluator } from '../../src/evaluate/recycle.js'

const never = new AbortController().signal
const MiB = 2 ** 20
const candidate = { trial: 0, keep: {}, steps: 0 }

/** Evaluators that note when they are made and closed, and end their calls when told to. */
function observed() {
  const log: string[] = []
  const waiting: (() => void)[] = []
  let made = 0
  const create = (): Evaluator => {
    const worker = ++made
    log.push(`open ${worker}`)
    return {
      async evaluate() {
        await new Promise<void>(resolve => waiting.push(resolve))
        return {
          evaluation: { scores: {}, cost: { macs: 0, params: 0, size: 0, bitops: 0, bytes: 0 } },
          times: {},
          worker,
        }
      },
      probe: () => Promise.reject(new Error('not here')),
      fineTune: () => Promise.reject(new Error('not here')),
      async close() {
        log.push(`close ${worker}`)
      },
    }
  }
  return { create, log, waiting }
}

describe('a recycled evaluator', () => {
  it('sends new calls to a fresh one and closes the old one after its last', async () => {
    const { create, log, waiting } = observed()
    let fat = false
    const evaluator = recycledEvaluator(create, 8, () => fat)
    const ask = () => evaluator.evaluate(candidate, never)
    const first = [ask(), ask()]
    fat = true
    const second = ask()
    fat = false
    expect(log).toEqual(['open 1', 'open 2'])
    waiting[0]!()
    await first[0]
    expect(log).toEqual(['open 1', 'open 2'])
    waiting[1]!()
    await first[1]
    expect(log).toEqual(['open 1', 'open 2', 'close 1'])
    waiting[2]!()
    expect((await second).worker).toBe(2)
    await evaluator.close()
    expect(log).toEqual(['open 1', 'open 2', 'close 1', 'close 2'])
  })

  it('lets so many calls in at a time, and looks before each', async () => {
    const { create, log, waiting } = observed()
    let looks = 0
    const evaluator = recycledEvaluator(create, 2, () => ++looks === 2)
    const asked = Array.from({ length: 4 }, () => evaluator.evaluate(candidate, never))
    expect(waiting).toHaveLength(2)
    waiting[0]!()
    expect((await asked[0])?.worker).toBe(1)
    waiting[1]!()
    expect((await asked[1])?.worker).toBe(1)
    // The first call opens it; the second look, before the third call, finds it grown.
    for (const end of waiting.slice(2)) end()
    expect((await Promise.all(asked)).map(({ worker }) => worker)).toEqual([1, 1, 2, 2])
    expect(log).toContain('close 1')
    await evaluator.close()
  })

  it('closes all that is open, those at their last calls too, and takes no more', async () => {
    const { create, log, waiting } = observed()
    let fat = false
    const evaluator = recycledEvaluator(create, 8, () => fat)
    const running = evaluator.evaluate(candidate, never)
    fat = true
    const other = evaluator.evaluate(candidate, never)
    await evaluator.close()
    expect(log.toSorted()).toEqual(['close 1', 'close 2', 'open 1', 'open 2'])
    for (const end of waiting) end()
    await Promise.all([running, other])
    expect(log).toHaveLength(4)
    await expect(evaluator.evaluate(candidate, never)).rejects.toThrow('closed')
  })
})

describe('a watch over memory', () => {
  it('tells of growth once it has settled, and starts anew after it has told', () => {
    let used = 100 * MiB
    const isFat = memoryWatch(() => used, 3)
    const looks = (n: number) => Array.from({ length: n }, isFat)
    // The start may grow as it likes.
    used = 900 * MiB
    expect(looks(3)).toEqual([false, false, false])
    used = 900 * 1.5 * MiB + 512 * MiB
    expect(looks(2)).toEqual([false, false])
    used += 1
    expect(looks(1)).toEqual([true])
    expect(looks(6)).toEqual(Array(6).fill(false))
    used *= 2.5
    expect(looks(1)).toEqual([true])
  })
})
