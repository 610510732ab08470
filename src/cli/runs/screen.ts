import type { RunEvent } from '../../search/events.js'
import { patientOutput } from '../../ui/dashboard/patient-output.js'
import { startDashboard } from '../../ui/dashboard.js'
import { isInteractive } from '../../ui/interactive.js'
import { plainLine } from '../../ui/plain.js'
import { emptyView, reduce } from '../../ui/state.js'

/** Whether a command draws a live screen on the terminal that it has. */
export function drawsScreen(plain: boolean): boolean {
  const isTerminal = process.stdout.isTTY === true && process.stdin.isTTY === true
  return isInteractive({ isTerminal, plain, env: process.env })
}

/** Where a command shows what happens. */
export interface Screen {
  push(event: RunEvent): void
  /** Gives the terminal back. */
  close(): Promise<void>
}

/** What a screen is opened with. */
export interface ScreenOptions {
  readonly plain: boolean
  /** `viewer` only watches: quitting it leaves the run alone. */
  readonly role: 'worker' | 'viewer'
  /** What happened before, already shown once: folded in, but not printed again. */
  readonly before: readonly RunEvent[]
  readonly onQuit: () => void
}

/** The live dashboard in a terminal, else one line an event on stderr. */
export function openScreen({ plain, role, before, onQuit }: ScreenOptions): Screen {
  if (drawsScreen(plain)) {
    const dashboard = startDashboard({
      onQuit,
      role,
      stdout: patientOutput(process.stdout),
      stdin: process.stdin,
    })
    for (const event of before) dashboard.push(event)
    return dashboard
  }
  let view = before.reduce(reduce, emptyView)
  return {
    push(event) {
      view = reduce(view, event)
      const line = plainLine(event, view)
      if (line !== null) process.stderr.write(`${line}\n`)
    },
    close: async () => {},
  }
}
