import { describe, expect, it } from 'vitest'
import type { Report } from '../../src/supervise/messages.js'
import {
  afterDeath,
  afterReport,
  fresh,
  healthOf,
  MOST_DEATHS,
  type Standing,
} from '../../src/supervise/restart.js'

const begun = (task: string): Report => ({ kind: 'begun', task, what: `trial ${task}` })
const done = (task: string): Report => ({ kind: 'done', task })
const standingAfter = (standing: Standing, ...reports: readonly Report[]) =>
  reports.reduce(afterReport, standing)

/** The standing after a death that is followed by a restart, and the wait before that. */
function died(standing: Standing, reason = 'SIGSEGV', at = 7) {
  const next = afterDeath(standing, reason, at)
  if (next.kind !== 'restart') throw new Error(`expected a restart, found: ${next.reason}`)
  return next
}

describe('a death', () => {
  it('makes suspects of what was under way, and of nothing else', () => {
    const { standing, waitMs } = died(standingAfter(fresh, begun('a'), begun('b'), done('a'), begun('c')))
    expect(waitMs).toBe(0)
    expect(healthOf(standing)).toEqual({
      deaths: [{ at: 7, reason: 'SIGSEGV', during: ['trial b', 'trial c'] }],
      suspects: ['b', 'c'],
      verdicts: [],
    })
  })

  it('that comes again while a suspect is alone is that one’s, and the others stay suspects', () => {
    const first = died(standingAfter(fresh, begun('b'), begun('c'))).standing
    const second = died(standingAfter(first, begun('b')), 'SIGABRT').standing
    expect(healthOf(second)).toMatchObject({
      suspects: ['c'],
      verdicts: [{ task: 'b', reason: 'killed the process 2 times, the last time by SIGABRT' }],
    })
    // What ends well is cleared.
    expect(healthOf(standingAfter(second, begun('c'), done('c'))).suspects).toEqual([])
  })

  it('of two at once condemns neither, however often', () => {
    let standing = died(standingAfter(fresh, begun('b'), begun('c'))).standing
    standing = died(standingAfter(standing, begun('b'), begun('c'))).standing
    expect(healthOf(standing)).toMatchObject({ suspects: ['b', 'c'], verdicts: [] })
  })

  it('is told to the next job until one hands something out', () => {
    const first = died(standingAfter(fresh, begun('a')), 'one', 1).standing
    const second = died(first, 'two', 2).standing
    expect(healthOf(second).deaths.map(({ reason }) => reason)).toEqual(['one', 'two'])
    expect(healthOf(standingAfter(second, begun('a'))).deaths).toEqual([])
  })

  it('without a result is waited after twice as long each time, and at last the run is given up', () => {
    const waits: number[] = []
    let standing: Standing = fresh
    for (let death = 1; death < MOST_DEATHS; death++) {
      const next = died(standing)
      waits.push(next.waitMs)
      standing = next.standing
    }
    expect(waits).toEqual([0, 500, 1000, 2000, 4000])
    expect(afterDeath(standingAfter(standing, begun('a')), 'SIGSEGV', 7)).toEqual({
      kind: 'give-up',
      reason: 'died 6 times in a row, the last time of SIGSEGV during trial a',
    })
    // One result is enough to begin counting anew.
    expect(died(standingAfter(standing, begun('a'), done('a'))).waitMs).toBe(0)
  })
})

describe('a task that does not answer', () => {
  const hung: Report = { kind: 'hung', task: 'b', reason: 'it hung' }

  it('is judged at once, its neighbours are not suspected, and nobody waits', () => {
    const { standing, waitMs } = died(standingAfter(fresh, begun('a'), begun('b'), hung), 'SIGKILL')
    expect(waitMs).toBe(0)
    expect(healthOf(standing)).toEqual({
      deaths: [{ at: 7, reason: 'it hung', during: ['trial b'] }],
      suspects: [],
      verdicts: [{ task: 'b', reason: 'it hung' }],
    })
    expect(standing.hung).toBeNull()
  })

  it('leaves those that were suspects before as they were', () => {
    const before = died(standingAfter(fresh, begun('a'), begun('b'))).standing
    const { standing } = died(standingAfter(before, begun('b'), hung), 'SIGKILL')
    expect(healthOf(standing).suspects).toEqual(['a'])
  })
})
