import type { Ended } from '../../supervise/messages.js'

/** Ends a command as its job ended. */
export function announceEnd({ code, line }: Ended): void {
  if (line !== null) process.stderr.write(`pare: ${line}\n`)
  process.exitCode = code
}
