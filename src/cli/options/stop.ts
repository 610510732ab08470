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

/** Calls a listener at every signal that stops a command, until the returned function is called. */
export function onStopSignal(listener: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const name of signals) process.on(name, listener)
  return () => {
    for (const name of signals) process.off(name, listener)
  }
}

/** Listens to the signals that stop a command; the second one ends the process at once. */
export function listenForStop(message = 'interrupted'): Stop {
  const stop = new AbortController()
  function interrupt(): void {
    if (stop.signal.aborted) process.exit(exitCodes.interrupted)
    stop.abort(new Interrupted(message))
  }
  const release = onStopSignal(interrupt)
  return { signal: stop.signal, interrupt, release }
}
