import { expect, it } from 'vitest'
import { type Crew, emptyCrew, withTask, withWork } from '../../src/ui/crew.js'
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
    crew.workers.map(({ worker, trials, last, busyMs }) => [worker, trials, last?.trial, busyMs]),
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

const begun = (worker: number, trial: number, at: number) =>
  ({ type: 'task-begun', at, worker, task: { kind: 'trial', trial, steps: 0 } }) as const

it('knows what each worker is at until that is told', () => {
  const both = withTask(withTask(emptyCrew, begun(1, 4, 100), 2), begun(2, 5, 120), 2)
  expect(both.workers.map(({ worker, present }) => [worker, present?.task, present?.at])).toEqual([
    [1, { kind: 'trial', trial: 4, steps: 0 }, 100],
    [2, { kind: 'trial', trial: 5, steps: 0 }, 120],
  ])
  const next = withTask(both, begun(1, 6, 150), 2)
  const one = withWork(next, { ...told(4, finished(0.5)), worker: 1 }, 2)
  expect(one.workers.map(({ present }) => present?.at)).toEqual([150, 120])
  const two = withWork(one, { ...told(5, finished(0.5)), worker: 2 }, 2)
  expect(two.workers.map(({ present }) => present?.at)).toEqual([150, undefined])
})

it('does not bring back a thread that has ended because its last result is told late', () => {
  const crew = [begun(1, 0, 1), begun(2, 1, 2), begun(3, 2, 3)].reduce<Crew>(
    (crew, event) => withTask(crew, event, 2),
    emptyCrew,
  )
  const after = withWork(crew, { ...told(0, finished(0.5)), worker: 1 }, 2)
  expect([after.workers.map(({ worker }) => worker), after.restarts]).toEqual([[2, 3], 1])
})
