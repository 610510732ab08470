import { describe, expect, it } from 'vitest'
import type { RunEvent } from '../../src/search/events.js'
import { elapsed, timeLeft, trialsPerSecond } from '../../src/ui/pace.js'
import { climbing, ending, finals, finished, run, started, told, viewOf } from './events.js'

const failed = { kind: 'failed', reason: 'out of memory' } as const

describe('trials a second', () => {
  it('is told from the third evaluated trial on', () => {
    expect(
      trialsPerSecond(viewOf([started(), told(0, finished(0.8), 2000), told(1, finished(0.8), 4000)])),
    ).toBeNull()
    const three = [
      started(),
      told(0, finished(0.8), 2000),
      told(1, failed, 4000),
      told(2, finished(0.8), 6000),
    ]
    expect(trialsPerSecond(viewOf(three))).toBe(0.5)
    expect(timeLeft(viewOf(three))).toBe(394_000)
  })

  it('does not count preparation', () => {
    const events: RunEvent[] = [
      started({ at: 0 }),
      { at: 50_000, type: 'preparing', step: 'calibration' },
      { at: 60_000, type: 'trial-begun', trial: 0, policy: { keep: {} } },
      ...[0, 1, 2, 3].map(i => told(i, finished(0.8), 61_000 + 1000 * i)),
    ]
    expect(trialsPerSecond(viewOf(events))).toBe(1)
    expect(elapsed(viewOf(events))).toBe(64_000)
  })

  it('does not count cached trials, however many', () => {
    const cached = Array.from({ length: 90 }, (_, i) => told(10 + i, finished(0.8, 0), 10_000))
    const events = [
      started(),
      ...Array.from({ length: 10 }, (_, i) => told(i, finished(0.8), 1000 + 1000 * i)),
      ...cached,
    ]
    expect(trialsPerSecond(viewOf(events))).toBe(1)
    expect(timeLeft(viewOf(events))).toBe(100_000)
  })
})

describe('on a rung', () => {
  it('the time left is that of the climbers that are left', () => {
    expect(timeLeft(viewOf([...run(200), ...climbing]))).toBe(30_000)
  })

  it('those that an earlier process told do not count as this one’s', () => {
    const again = [
      started({ at: 500_000, resumed: true }),
      { at: 500_000, type: 'rung-begun', rung: 1, steps: 32, trials: 6 } as const,
    ]
    const last = { ...climbing[1]!, at: 520_000 }
    expect(timeLeft(viewOf([...run(200), ...climbing, ...again, last]))).toBeCloseTo(40_000)
  })
})

describe('after a resume', () => {
  const resumed = started({ at: 86_400_000, resumed: true })

  it('neither the pause nor the pace before count', () => {
    const view = viewOf([...run(61), resumed])
    expect([trialsPerSecond(view), timeLeft(view), elapsed(view)]).toEqual([null, null, 0])
    const later = [61, 62, 63, 64].map((i, n) => told(i, finished(0.8), 86_400_000 + 4000 * (n + 1)))
    expect(trialsPerSecond(viewOf([...run(61), resumed, ...later]))).toBe(0.25)
    expect(timeLeft(viewOf([...run(61), resumed, ...later]))).toBe(135 * 4000)
  })
})

describe('time left of the last rung', () => {
  it('comes from the steps of all finalists', () => {
    const events = [...run(200), ...finals]
    // A quarter of one and a fifth of another of three, in six seconds.
    expect(timeLeft(viewOf(events))).toBeCloseTo((6000 * (1 - 0.15)) / 0.15, 6)
  })

  it('is not told before there is progress, nor after the end', () => {
    expect(timeLeft(viewOf([...run(200), ...finals.slice(0, 2)]))).toBeNull()
    expect(timeLeft(viewOf([...run(200), ...finals, ...ending]))).toBeNull()
  })

  it('starts from what an earlier process had done', () => {
    const [begun1, begun2, , progress] = finals
    const done = ending.slice(0, 1)
    const again = [
      started({ at: 500_000, resumed: true }),
      ...[begun2!, progress!].map(event => ({ ...event, at: event.at + 400_000 })),
    ]
    const view = viewOf([...run(200), begun1!, ...done, ...again])
    // A fifteenth of all in six seconds, 1 - 1/3 - 1/15 remain.
    expect(timeLeft(view)).toBeCloseTo((6000 * (1 - 1 / 3 - 1 / 15)) / (1 / 15), 6)
  })
})
