import './production.js'
import { setTimeout as delay } from 'node:timers/promises'
import type { RunEvent } from '../search/events.js'
import { type Holdable, holdOutput } from './dashboard/held-output.js'
import { type Input, type Key, readKeys } from './dashboard/keys.js'
import type { Role } from './dashboard/scene.js'
import { createSession } from './dashboard/session.js'
import { type Output, openScreen } from './dashboard/terminal.js'
import { themeOf } from './dashboard/theme.js'

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
  /** The user leaves the run to itself; there is no such key where it is left out. */
  readonly onDetach?: () => void
  /** The user wants no new candidate to be begun (true), or again (false); there is no such key where it is left out. */
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
/** Drawing what happens takes at most one part in this many of the time of a core, which the search needs. */
const IDLE_SHARE = 120
/** But what happened is never older than this when it is shown, ms. */
const LONGEST = 3000
/** The same where the user pressed a key. */
const ANSWER_SHARE = 3
/** How long closing waits for a frame that is being written, ms. */
const PATIENCE = 500

/**
 * Opens the dashboard on a terminal, in its alternate screen buffer. The terminal is restored by `close`, and when the
 * process exits without it. A fault of the dashboard ends neither the run nor itself: the screen says so.
 */
export function startDashboard(options: DashboardOptions): Dashboard {
  const { onQuit, onDetach, onPause, stdout, stdin, role = 'worker', env = process.env } = options
  const session = createSession(themeOf(env), role, {
    detach: onDetach !== undefined,
    pause: onPause !== undefined,
  })
  let closed = false
  let timer: { readonly handle: NodeJS.Timeout; readonly at: number } | null = null
  let last = { at: Number.NEGATIVE_INFINITY, took: 0 }

  const release =
    options.stderr === null
      ? () => {}
      : holdOutput(options.stderr ?? ownErrors(), text => {
          session.note(text)
          drawIn(BETWEEN_FRAMES)
        })
  const screen = openScreen(stdout)
  // Some terminals report no size at first.
  const size = () => ({ width: stdout.columns || 80, height: stdout.rows || 24 })
  const draw = () => {
    timer = null
    if (stdout.isBusy?.() === true) {
      stdout.onceFree?.(() => drawIn(BETWEEN_FRAMES))
      return
    }
    const at = performance.now()
    screen.draw(guarded(() => session.frame(size())))
    last = { at, took: performance.now() - at }
  }
  const drawIn = (pause: number) => {
    if (closed) return
    const at = Math.max(performance.now(), last.at + pause)
    if (timer !== null && timer.at <= at) return
    if (timer !== null) clearTimeout(timer.handle)
    timer = { handle: setTimeout(draw, at - performance.now()), at }
  }
  const answer = () => drawIn(last.took * ANSWER_SHARE)
  const redraw = () => {
    screen.forget()
    answer()
  }
  const stopKeys = readKeys(stdin, (key: Key) => {
    const { ui, stopping, view } = session.scene()
    const command = ui.typing && !isCtrlC(key) ? null : commandOf(key)
    if (command === 'redraw') return redraw()
    if (command === 'detach' && onDetach !== undefined) return onDetach()
    if (command === 'pause' && onPause !== undefined) return onPause(!view.paused)
    if (command !== 'quit') {
      if (session.press(key, size())) answer()
      return
    }
    if (stopping && !isCtrlC(key)) return
    session.stop()
    answer()
    onQuit()
  })
  stdout.on('resize', redraw)
  process.on('exit', restore)
  function restore(): void {
    closed = true
    if (timer !== null) clearTimeout(timer.handle)
    timer = null
    process.off('exit', restore)
    stdout.off('resize', redraw)
    stopKeys()
    screen.leave()
    release()
  }
  draw()
  // The first frame is slow as nothing is compiled yet.
  last = { ...last, took: 0 }
  return {
    push(event) {
      session.take(event)
      drawIn(Math.min(LONGEST, Math.max(BETWEEN_FRAMES, last.took * IDLE_SHARE)))
    },
    async close() {
      await Promise.race([freeOf(stdout), delay(PATIENCE, undefined, { ref: false })])
      restore()
    },
  }
}

/** Resolves once nothing is being written any more. */
function freeOf(output: Output): Promise<void> {
  return new Promise(resolve => {
    if (output.isBusy?.() === true && output.onceFree !== undefined) output.onceFree(resolve)
    else resolve()
  })
}

type Command = 'quit' | 'redraw' | 'detach' | 'pause'

const commands: Readonly<Record<string, Command>> = { q: 'quit', r: 'redraw', d: 'detach', p: 'pause' }

function commandOf(key: Key): Command | null {
  if (key.kind === 'character') return commands[key.character] ?? null
  return key.name === 'ctrl-c' ? 'quit' : key.name === 'ctrl-l' ? 'redraw' : null
}

function isCtrlC(key: Key): boolean {
  return key.kind === 'named' && key.name === 'ctrl-c'
}

function guarded(frame: () => readonly string[]): readonly string[] {
  try {
    return frame()
  } catch (error) {
    return [`the screen cannot be drawn (${error instanceof Error ? error.message : error}); the run goes on`]
  }
}

/** Errors that go to a file are not in the way. */
function ownErrors(): Holdable {
  return process.stderr.isTTY ? process.stderr : { write: () => true }
}
