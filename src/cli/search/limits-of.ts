import type { RunLimits } from '../../evaluate/limits.js'
import type { Means } from '../job/work.js'

/** The limits of trials and finalists that a job is given, in seconds and MiB, in ms and bytes. */
export function limitsOf({ trialTimeout, finalistTimeout, trialMemory }: Means): RunLimits {
  return {
    trial: { timeout: ms(trialTimeout), memory: trialMemory === undefined ? null : trialMemory * 2 ** 20 },
    finalist: { timeout: ms(finalistTimeout), memory: null },
  }
}

function ms(seconds: number | undefined): number | null {
  return seconds === undefined ? null : seconds * 1000
}
