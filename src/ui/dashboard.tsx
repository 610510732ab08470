import { render, useInput } from 'ink'
import { useEffect, useState } from 'react'
import type { RunEvent } from '../search/events.js'
import { App } from './app.js'
import { emptyView, type RunView, reduce } from './state.js'
import { useTerminalSize } from './terminal-size.js'

/** Frames a second at most: a search is watched, not played. */
const FRAMES = 6

/** The live screen of a run. */
export interface Dashboard {
  push(event: RunEvent): void
  /** Leaves the alternate screen and gives the terminal back as it was. */
  close(): Promise<void>
}

export interface DashboardOptions {
  /** The user asked to stop; called at every further request too. */
  readonly onQuit: () => void
  readonly stdout: NodeJS.WriteStream
  readonly stdin: NodeJS.ReadStream
}

const ENTER_ALTERNATE = '\u001b[?1049h\u001b[H'
const LEAVE_ALTERNATE = '\u001b[?1049l\u001b[?25h'

/** Opens the dashboard on a terminal; events are folded at once and drawn at most six times a second. */
export function startDashboard({ onQuit, stdout, stdin }: DashboardOptions): Dashboard {
  let view = emptyView
  let redraw: ((view: RunView) => void) | null = null
  let timer: NodeJS.Timeout | null = null
  const restore = () => stdout.write(LEAVE_ALTERNATE)
  // Whatever ends the process, the terminal is given back.
  process.on('exit', restore)
  stdout.write(ENTER_ALTERNATE)
  const ink = render(
    <Live
      onReady={draw => {
        redraw = draw
        draw(view)
      }}
      onQuit={onQuit}
    />,
    { stdout, stdin, exitOnCtrlC: false, patchConsole: false },
  )
  return {
    push(event) {
      view = reduce(view, event)
      timer ??= setTimeout(() => {
        timer = null
        redraw?.(view)
      }, 1000 / FRAMES)
    },
    async close() {
      if (timer !== null) clearTimeout(timer)
      ink.unmount()
      await ink.waitUntilExit()
      process.off('exit', restore)
      restore()
    },
  }
}

function Live({
  onReady,
  onQuit,
}: {
  readonly onReady: (draw: (view: RunView) => void) => void
  readonly onQuit: () => void
}) {
  const [view, setView] = useState(emptyView)
  const [stopping, setStopping] = useState(false)
  const { columns, rows } = useTerminalSize()
  useEffect(() => onReady(setView), [onReady])
  useInput((input, key) => {
    if (input !== 'q' && !(key.ctrl && input === 'c')) return
    setStopping(true)
    onQuit()
  })
  return <App view={view} columns={columns} rows={rows} stopping={stopping} />
}
