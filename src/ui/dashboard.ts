import './production.js'
import type { RunEvent } from '../search/events.js'
import type { Role } from './dashboard/footer.js'
import { frame } from './dashboard/frame.js'
import { type Holdable, holdOutput } from './dashboard/held-output.js'
import { type Input, type Key, readKeys } from './dashboard/keys.js'
import { type Output, openScreen } from './dashboard/terminal.js'
import { themeOf } from './dashboard/theme.js'
import { emptyView, reduce } from './state.js'

/** The live screen of a run. */
export interface Dashboard {
  /** Takes an event into what is shown; drawn soon, with others that come at the same time. */
  push(event: RunEvent): void
  /** Gives the terminal back as it was; a second call does nothing. */
  close(): Promise<void>
}

export interface DashboardOptions {
  /** The user asked to stop: once for `q` or Ctrl-C, and again for every further Ctrl-C. */
  readonly onQuit: () => void
  /** The user leaves the run to itself: closes the screen, no more. */
  readonly onDetach?: () => void
  /** The user wants no new candidate to be begun (true), or again (false). */
  readonly onPause?: (pause: boolean) => void
  readonly stdout: Output
  readonly stdin: Input
  /** Where others may write meanwhile: held back until the screen is closed. Default: stderr where it is a terminal. */
  readonly stderr?: Holdable | null
  /** A viewer's `q` closes the screen only. Default 'worker'. */
  readonly role?: Role
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** Between two frames at least, in ms: 8 a second at most, and none while nothing changes. */
const BETWEEN_FRAMES = 125
/** Drawing takes at most one part in this many of the time of a core, which the search needs. */
const IDLE_SHARE = 15

/**
 * Opens the dashboard on a terminal, in its alternate screen buffer. The terminal is restored by `close`, and when the
 * process exits without it.
 */
export function startDashboard(options: DashboardOptions): Dashboard {
  const { onQuit, onDetach, onPause, stdout, stdin, role = 'worker', env = process.env } = options
  const theme = themeOf(env)
  let view = emptyView
  let stopping = false
  let closed = false
  let timer: NodeJS.Timeout | null = null
  let last = { at: Number.NEGATIVE_INFINITY, took: 0 }

  const release = options.stderr === null ? () => {} : holdOutput(options.stderr ?? ownErrors())
  const screen = openScreen(stdout)
  const draw = () => {
    timer = null
    const at = performance.now()
    // Some terminals report no size at first.
    const size = { width: stdout.columns || 80, height: stdout.rows || 24 }
    screen.draw(frame({ view, size, role, stopping, theme }))
    last = { at, took: performance.now() - at }
  }
  const drawAfter = (pause: number) => {
    if (!closed) timer ??= setTimeout(draw, Math.max(0, last.at + pause - performance.now()))
  }
  const answer = () => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    drawAfter(BETWEEN_FRAMES)
  }
  const redraw = () => {
    screen.forget()
    answer()
  }
  const stopKeys = readKeys(stdin, (key: Key) => {
    if (key === 'r') return redraw()
    if (key === 'd') return onDetach?.()
    if (key === 'p') return onPause?.(!view.paused)
    if (stopping && key === 'q') return
    stopping = true
    answer()
    onQuit()
  })
  stdout.on('resize', redraw)
  process.on('exit', restore)
  function restore(): void {
    closed = true
    if (timer !== null) clearTimeout(timer)
    timer = null
    process.off('exit', restore)
    stdout.off('resize', redraw)
    stopKeys()
    screen.leave()
    release()
  }
  draw()
  return {
    push(event) {
      view = reduce(view, event)
      drawAfter(Math.max(BETWEEN_FRAMES, last.took * IDLE_SHARE))
    },
    close: async () => restore(),
  }
}

/** Errors that go to a file are not in the way. */
function ownErrors(): Holdable {
  return process.stderr.isTTY ? process.stderr : { write: () => true }
}
