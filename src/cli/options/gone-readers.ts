/** Errors of an output that nobody reads any more: a pipe to `head`, or a terminal that was closed. */
const gone = ['EPIPE', 'EIO']

/** Calls a listener once nobody reads what the command writes to stderr any more. */
export function onGoneReader(listener: () => void): void {
  process.stderr.once('error', listener)
}

/** Lets a command go on, and end as it would, when whoever read its output has gone. */
export function bearGoneReaders(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (!gone.includes(error.code ?? '')) throw error
    })
}
