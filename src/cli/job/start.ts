import { hasDashboard } from '../runs/terminal.js'
import type { Shown, Work } from './work.js'

/** Where a job is shown and who waits for it. */
export interface StartOptions {
  readonly plain: boolean
  readonly json: boolean
  /** Starts the job and returns. */
  readonly detach: boolean
}

/**
 * Starts a job in a process of its own: in a terminal one that outlives it, with the dashboard before it, else one that
 * ends with this process.
 */
export async function startWork(
  workOf: (shown: Shown) => Work,
  { plain, json, detach }: StartOptions,
): Promise<void> {
  if (detach || (!json && hasDashboard(plain)))
    return (await import('./detached.js')).workDetached(workOf('nothing'), detach)
  return (await import('./foreground.js')).workInForeground(workOf(json ? 'json' : 'table'))
}
