import { describe, expect, it } from 'vitest'
import type { Evaluator } from '../../src/evaluate/evaluator.js'
import { everyFew, memoryWatch, recycledEvaluator } from '../../src/evaluate/recycle.js'

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
  const options = { settle: 4, window: 2, slack: 64 * MiB }

  /** What a watch says to these, MiB. */
  function answers(isFat: (used: number) => boolean, ...used: number[]): boolean[] {
    return used.map(isFat)
  }
  function watch(): (used: number) => boolean {
    let now = 0
    const isFat = memoryWatch(() => now * MiB, options)
    return used => {
      now = used
      return isFat()
    }
  }

  it('tells of growth past a tenth and the slack, once memory has settled', () => {
    const isFat = watch()
    // The start may grow as it likes.
    expect(answers(isFat, 100, 500, 1000, 1000)).toEqual(Array(4).fill(false))
    expect(answers(isFat, 1164, 1164, 1164)).toEqual(Array(3).fill(false))
    expect(answers(isFat, 1165, 1165)).toEqual([false, true])
  })

  it('starts anew after it has told', () => {
    const isFat = watch()
    expect(answers(isFat, 100, 100, 100, 100, 900, 900).at(-1)).toBe(true)
    // What the old one left behind is where the new one begins.
    expect(answers(isFat, 900, 900, 900, 900, 900, 900)).toEqual(Array(6).fill(false))
    expect(answers(isFat, 1200, 1200)).toEqual([false, true])
  })

  it('takes no garbage for growth, which is gone before the next look', () => {
    const isFat = watch()
    const sawtooth = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 1000 : 2000))
    expect(answers(isFat, ...sawtooth)).toEqual(Array(40).fill(false))
  })
})

it('every few calls tells each time that so many were let in, and never without a number', () => {
  const told = (calls: number | undefined) => {
    const isWorn = everyFew(calls)
    return Array.from({ length: 7 }, isWorn)
  }
  expect(told(3)).toEqual([false, false, true, false, false, true, false])
  expect(told(1)).toEqual(Array.from({ length: 7 }, () => true))
  expect(told(undefined)).toEqual(Array.from({ length: 7 }, () => false))
})
