import type { RunEvent } from '../../search/events.js'
import { oneLine } from '../format.js'
import { withLine } from '../log.js'
import { emptyView, reduce } from '../state.js'
import { uiAfter } from './answer.js'
import type { Powers } from './bindings.js'
import type { Key } from './keys.js'
import type { Size } from './layout.js'
import { createOrdering } from './ordering.js'
import { createPaint } from './paint.js'
import type { Role, Scene } from './scene.js'
import { openListOf, screenOf } from './screen.js'
import type { Theme } from './theme.js'
import { initialUi } from './ui.js'

/** What the dashboard shows, and how keys and events change it; it touches no terminal. */
export interface Session {
  scene(): Scene
  take(event: RunEvent): void
  /** Text that others wrote, for the log. */
  note(text: string): void
  /** Whether the key changed anything. */
  press(key: Key, size: Size): boolean
  stop(): void
  /** The rows of the screen. */
  frame(size: Size): readonly string[]
}

/** Lines of what others write that one write adds to the log at most. */
const MOST_LINES = 20

export function createSession(theme: Theme, role: Role, powers: Powers): Session {
  const paint = createPaint(theme.colors)
  let scene: Scene = {
    view: emptyView,
    ui: initialUi,
    role,
    powers,
    stopping: false,
    order: createOrdering(),
    theme,
  }
  function note(text: string): void {
    const lines = text.split('\n').map(oneLine)
    const at = scene.view.pace.now
    const log = lines
      .filter(line => line !== '')
      .slice(-MOST_LINES)
      .reduce((known, line) => withLine(known, { at, text: line, isBad: false }), scene.view.log)
    scene = { ...scene, view: { ...scene.view, log } }
  }
  return {
    scene: () => scene,
    take(event) {
      try {
        scene = { ...scene, view: reduce(scene.view, event) }
      } catch (error) {
        note(
          `an event of type ${event.type} cannot be shown: ${error instanceof Error ? error.message : error}`,
        )
      }
    },
    note,
    press(key, size) {
      const ui = uiAfter(scene.ui, key, openListOf(scene, size))
      if (ui === scene.ui) return false
      scene = { ...scene, ui }
      return true
    },
    stop() {
      scene = { ...scene, stopping: true }
    },
    frame: size => paint(screenOf(scene, size), size.width),
  }
}
