import { Box, Text } from 'ink'
import { Line } from './panels/box.js'
import { CurvePanel } from './panels/curve.js'
import { LayersPanel } from './panels/layers.js'
import { BestPanel, Header, ProgressLine } from './panels/overview.js'
import { FinalistsPanel, TrialsPanel, WorkersPanel } from './panels/trials.js'
import type { RunView } from './state.js'

/** The smallest terminal that holds anything worth reading. */
export const MINIMUM = { columns: 60, rows: 15 } as const

/** Rows of header, progress and footer. */
const FRAME_ROWS = 5

/** The whole screen: a pure function of the view and the terminal's size, one row short of it, so that nothing scrolls. */
export function App({
  view,
  columns,
  rows,
  stopping,
}: {
  readonly view: RunView
  readonly columns: number
  readonly rows: number
  readonly stopping: boolean
}) {
  if (columns < MINIMUM.columns || rows < MINIMUM.rows) {
    return (
      <Text>{`at least ${MINIMUM.columns}x${MINIMUM.rows} is needed, this is ${columns}x${rows}; q quits`}</Text>
    )
  }
  const body = rows - 1 - FRAME_ROWS
  const left = Math.floor(columns / 2)
  const top = Math.max(7, Math.floor(body * 0.55))
  const bottom = body - top
  const over = ['finished', 'interrupted', 'failed'].includes(view.phase)
  const footer = stopping
    ? 'stopping: what was told is saved'
    : over
      ? `${view.message}   q quit`
      : 'q stop and leave (the run is saved)   Ctrl-C the same'
  return (
    <Box flexDirection="column" width={columns} height={rows - 1} overflow="hidden">
      <Header view={view} width={columns} />
      <ProgressLine view={view} width={columns} />
      <Box height={top} overflow="hidden">
        <BestPanel view={view} width={left} />
        <CurvePanel curve={view.curve} width={columns - left} height={top} />
      </Box>
      <Box height={bottom} overflow="hidden">
        <LayersPanel view={view} width={left} height={bottom} />
        <Box flexDirection="column">
          {view.finalists.length > 0 ? <FinalistsPanel view={view} width={columns - left} /> : null}
          <WorkersPanel view={view} width={columns - left} />
          <TrialsPanel
            view={view}
            width={columns - left}
            height={bottom - view.workers.length - view.finalists.length - 3}
          />
        </Box>
      </Box>
      <Line dim>{footer}</Line>
    </Box>
  )
}
