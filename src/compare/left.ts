import { median } from 'simple-statistics'

/** Time that a run has taken so far, ms. */
export interface Worked {
  readonly agent: string
  readonly ms: number
}

/**
 * Time in ms that the runs which are left will take, if each takes as long as those of its agent that are done, or as all
 * that are done where its agent has none; null before any is done.
 * @param left with what they have taken already
 */
export function timeLeft(done: readonly Worked[], left: readonly Worked[]): number | null {
  if (done.length === 0) return null
  return left.reduce((sum, { agent, ms }) => {
    const own = done.filter(run => run.agent === agent)
    const whole = median((own.length > 0 ? own : done).map(run => run.ms))
    return sum + Math.max(0, whole - ms)
  }, 0)
}
