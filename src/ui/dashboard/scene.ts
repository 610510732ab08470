import type { RunView } from '../view.js'
import type { Powers } from './bindings.js'
import type { Ordering } from './ordering.js'
import type { Theme } from './theme.js'
import type { Ui } from './ui.js'

/** Who looks: the process that works on the run, or one that only watches it. */
export type Role = 'worker' | 'viewer'

/** All that a frame depends on, but for the size of the terminal. */
export interface Scene {
  readonly view: RunView
  readonly ui: Ui
  readonly role: Role
  readonly powers: Powers
  /** The user asked to stop. */
  readonly stopping: boolean
  readonly order: Ordering
  readonly theme: Theme
}
