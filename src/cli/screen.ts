import type { RunEvent } from '../search/events.js'
import { startDashboard } from '../ui/dashboard.js'
import { plainLine } from '../ui/plain.js'
import { emptyView, reduce } from '../ui/state.js'

/** Where a command shows what happens. */
export interface Screen {
  push(event: RunEvent): void
  /** Gives the terminal back. */
  close(): Promise<void>
}

/** The live dashboard in a terminal, else one line an event on stderr. */
export function openScreen(options: { readonly plain: boolean; readonly onQuit: () => void }): Screen {
  const terminal = process.stdout.isTTY === true && process.stdin.isTTY === true
  if (terminal && !options.plain && process.env.TERM !== 'dumb' && process.env.CI === undefined) {
    return startDashboard({ onQuit: options.onQuit, stdout: process.stdout, stdin: process.stdin })
  }
  let view = emptyView
  return {
    push(event) {
      view = reduce(view, event)
      const line = plainLine(event, view)
      if (line !== null) process.stderr.write(`${line}\n`)
    },
    close: async () => {},
  }
}
