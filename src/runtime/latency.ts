import type { Spread } from '../latency/profile.js'
import type { Session } from './session.js'

const WARM_UP = 20

/** Runs that make up a latency. */
export const RUNS = 200

/**
 * Measures several models side by side, one run of each in turn, so that a machine that slows down slows all of them.
 * @param sample one sample with its batch axis of 1
 */
export async function measureLatency(
  sessions: readonly Session[],
  sample: Float32Array,
  shape: readonly number[],
): Promise<Spread[]> {
  const times = sessions.map(() => new Float64Array(RUNS))
  for (let run = -WARM_UP; run < RUNS; run++) {
    for (const [i, session] of sessions.entries()) {
      const feeds = { [session.inputs[0] ?? '']: { data: sample, shape } }
      const started = performance.now()
      await session.run(feeds)
      if (run >= 0) times[i]![run] = performance.now() - started
    }
  }
  return times.map(latencyOf)
}

/** What the runs of one model come to. @param ms of each run, at least one */
export function latencyOf(ms: Float64Array): Spread {
  const n = ms.length
  const sorted = ms.toSorted()
  const quantile = (q: number) => sorted[Math.min(n - 1, Math.floor(q * n))]!
  return { median: quantile(0.5), p10: quantile(0.1), p90: quantile(0.9), n }
}
