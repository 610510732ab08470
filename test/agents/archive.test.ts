import { expect, it } from 'vitest'
import type { Transition } from '../../agents/agent.js'
import { Archive } from '../../agents/archive.js'
import { Seen } from '../../agents/seen.js'
import { randomStream } from '../../src/random.js'

const sites = 3
const random = randomStream(1, 0, 'archive')

interface Plain {
  readonly trial: number
  readonly trajectory: readonly Transition[]
  readonly reward: number
}

/** Rewards of few values, so that many are equal; numbers with gaps, where trials failed. */
function episodes(count: number): readonly Plain[] {
  return Array.from({ length: count }, (_, i) => ({
    trial: 2 * i + random.below(2),
    trajectory: Array.from({ length: sites }, () => {
      return { observation: [], low: 0, middle: 0.5, high: 1, action: Math.fround(random.uniform()) }
    }),
    reward: Math.fround(random.below(40) / 40),
  }))
}

const best = (told: readonly Plain[]) =>
  [...told].sort((a, b) => b.reward - a.reward || a.trial - b.trial).map(({ trial }) => trial)

/** From all that was told: 150 in all, the best 75, and the newest of the others. */
function considered(told: readonly Plain[]): readonly number[] {
  const order = best(told)
  if (told.length <= 150) return order
  const first = order.slice(0, 75)
  const rest = told.map(({ trial }) => trial).filter(trial => !first.includes(trial))
  return [...first, ...rest.toReversed().slice(0, 75)]
}

const numbers = (told: readonly { readonly trial: number }[]) => told.map(({ trial }) => trial)

it.each([0, 1, 74, 75, 76, 149, 150, 151, 152, 300, 1000])(
  'after %i told trials, has the best and considers the same as if it had kept all',
  count => {
    const all = episodes(count)
    const archive = new Archive(sites)
    for (const episode of all) archive.tell(episode)
    expect(numbers(archive.ranked().slice(0, 75))).toEqual(best(all).slice(0, 75))
    expect(numbers(archive.considered())).toEqual(considered(all))
    const restored = new Archive(sites)
    restored.restore(archive.snapshot())
    expect(restored.considered()).toEqual(archive.considered())
    expect(archive.snapshot().arrays.told!.length).toBeLessThanOrEqual(226 * (2 + 2 * sites))
  },
)

it('takes what an older pare saved of all trials, told or not', () => {
  const all = episodes(400)
  const rows = all.flatMap(({ trial, trajectory, reward }, i) => {
    const actions = trajectory.map(({ action }) => action)
    return i % 7 === 0
      ? [trial, Number.NaN, ...actions, ...actions.map(() => Number.NaN)]
      : [trial, reward, ...actions, ...actions]
  })
  const archive = new Archive(sites)
  archive.restore({ numbers: {}, arrays: { archive: Float32Array.from(rows) } })
  expect(numbers(archive.considered())).toEqual(considered(all.filter((_, i) => i % 7 > 0)))
})

it('knows the actions that it has seen, in single precision, and no others', () => {
  const seen = new Seen()
  const all = Array.from({ length: 2000 }, () => Array.from({ length: 4 }, () => random.below(8) / 8))
  const keys = new Set(all.slice(0, 500).map(actions => actions.join()))
  for (const actions of all.slice(0, 500)) seen.add(actions)
  for (const actions of all) expect(seen.has(actions)).toBe(keys.has(actions.join()))
  seen.add([1 / 3])
  expect([seen.has([Math.fround(1 / 3)]), seen.has([1 / 3 + 1e-3])]).toEqual([true, false])
  seen.clear()
  expect(seen.has(all[0]!)).toBe(false)
})
