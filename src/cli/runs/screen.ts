import type { RunEvent } from '../../search/events.js'
import { patientOutput } from '../../ui/dashboard/patient-output.js'
import { type DashboardOptions, startDashboard } from '../../ui/dashboard.js'
import { writeLines } from './lines.js'
import { hasDashboard } from './terminal.js'

/** Where a command shows what happens. */
export interface Screen {
  push(event: RunEvent): void
  /** Gives the terminal back. */
  close(): Promise<void>
}

/** What a screen is opened with. A `viewer` only watches: quitting it leaves the run alone. */
export interface ScreenOptions
  extends Required<Pick<DashboardOptions, 'onQuit' | 'onDetach' | 'onPause' | 'role'>> {
  readonly plain: boolean
}

/** The live dashboard in a terminal, else one line an event on stderr. */
export function openScreen({ plain, ...options }: ScreenOptions): Screen {
  if (!hasDashboard(plain)) return { push: writeLines(), close: async () => {} }
  return startDashboard({ ...options, stdout: patientOutput(process.stdout), stdin: process.stdin })
}
