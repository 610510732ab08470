import { expect, it } from 'vitest'
import { type Crew, emptyCrew, withWork } from '../../src/ui/crew.js'
import { finished, told } from './events.js'

/** The crew after trials by these workers, in turn, where two work at a time. */
function crewOf(workers: readonly (number | null)[]): Crew {
  return workers.reduce<Crew>(
    (crew, worker, trial) => withWork(crew, { ...told(trial, finished(0.5)), worker }, 2),
    emptyCrew,
  )
}

it('sums up what each worker did; cached trials are nobody’s', () => {
  const crew = crewOf([1, 2, null, 1])
  expect(
    crew.workers.map(({ worker, trials, lastTrial, busyMs }) => [worker, trials, lastTrial, busyMs]),
  ).toEqual([
    [1, 2, 3, 320 + 323],
    [2, 1, 1, 321],
  ])
  expect(crew.restarts).toBe(0)
})

it('puts a thread that starts in the place of the one silent the longest, and counts it', () => {
  const crew = crewOf([1, 2, 1, 3])
  expect(crew.workers.map(({ worker }) => worker)).toEqual([1, 3])
  expect(crew.restarts).toBe(1)
  expect(crewOf([1, 2, 3, 4, 3, 4])).toMatchObject({ restarts: 2, highest: 4 })
})

it('does not take one that was only slow for a new one', () => {
  const crew = crewOf([1, 2, 2, 3, 1])
  expect(crew.restarts).toBe(1)
  expect(crew.workers).toHaveLength(2)
})

it('keeps what a worker last told of its memory', () => {
  const first = withWork(emptyCrew, { ...told(0, finished(0.5)), worker: 1, memory: { worker: 7 } }, 2)
  expect(withWork(first, { ...told(1, finished(0.5)), worker: 1 }, 2).workers[0]?.memory).toBe(7)
})
