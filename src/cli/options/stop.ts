import { exitCodes, Interrupted } from './error.js'

/** Ctrl-C and its like as a signal that work asks for. */
export interface Stop {
  /** Once the user stops the command, its reason is an Interrupted. */
  readonly signal: AbortSignal
  /** Stops the command as a signal does. */
  interrupt(): void
  /** Ends listening. */
  release(): void
}

/** Listens to the signals that stop a command; the second one ends the process at once. */
export function listenForStop(message = 'interrupted'): Stop {
  const stop = new AbortController()
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  function interrupt(): void {
    if (stop.signal.aborted) process.exit(exitCodes.interrupted)
    stop.abort(new Interrupted(message))
  }
  for (const name of signals) process.on(name, interrupt)
  return {
    signal: stop.signal,
    interrupt,
    release() {
      for (const name of signals) process.off(name, interrupt)
    },
  }
}
