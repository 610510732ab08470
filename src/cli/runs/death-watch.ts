import type { RunEvent } from '../../search/events.js'
import { isOpen, type RunResult, stateOf } from './result.js'

/** How long nothing must have come before it is looked whether anyone is there, ms. */
const QUIET = 2000

/** Tells a run that rests from one whose processes were all killed and could not say so. */
export interface DeathWatch {
  /** To be asked after each look, with all events that were new at it. */
  hasDied(events: readonly RunEvent[]): Promise<boolean>
  /** The state that the run told last. */
  state(): RunResult['state']
}

/**
 * @param isWorkedOn whether a process works on the run, or is about to be started again
 * @param now ms
 */
export function createDeathWatch(isWorkedOn: () => Promise<boolean>, now: () => number): DeathWatch {
  let newest: RunEvent[] = []
  let last = now()
  let wasAlone = false
  return {
    async hasDied(events) {
      newest = [...newest, ...events].filter(({ type }) => turns.includes(type)).slice(-1)
      if (events.length > 0) {
        last = now()
        wasAlone = false
        return false
      }
      if (!isOpen(stateOf(newest)) || now() - last < QUIET) return false
      // A process writes its end before it lets the run go: only what is read after that tells.
      const isDead = wasAlone
      wasAlone = !(await isWorkedOn())
      return isDead && wasAlone
    },
    state: () => stateOf(newest),
  }
}

const turns: readonly RunEvent['type'][] = ['run-started', 'paused', 'continued', 'run-ended']
