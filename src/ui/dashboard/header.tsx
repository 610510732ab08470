import { Box } from 'ink'
import { phaseText } from '../phase-text.js'
import type { RunView } from '../view.js'
import { Row } from './lines.js'
import { shown, type Theme } from './theme.js'

/** Two rows: which run this is, and where it stands. */
export function Header({
  view,
  width,
  theme,
}: {
  readonly view: RunView
  readonly width: number
  readonly theme: Theme
}) {
  const { run, agent } = view
  const gap = ` ${theme.glyphs.dot} `
  const facts =
    run === null
      ? []
      : [
          run.run,
          run.model,
          `agent ${run.agent}`,
          `seed ${run.seed}`,
          `backend ${run.backend}`,
          `${run.workers} workers`,
        ]
  const figures = [
    ['noise', agent?.noise, 3],
    ['critic loss', agent?.criticLoss, 4],
    ['actor loss', agent?.actorLoss, 4],
  ] as const
  const ofAgent =
    view.phase.kind === 'searching'
      ? figures.flatMap(([name, value, digits]) =>
          value === undefined ? [] : [`${name} ${value.toFixed(digits)}`],
        )
      : []
  const isBad = view.phase.kind === 'ended' && view.phase.outcome === 'failed'
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Row text={shown(['pare', ...facts].join(gap), theme)} tone="strong" width={width} theme={theme} />
      <Row
        text={shown([phaseText(view), ...ofAgent].join(gap), theme)}
        tone={isBad ? 'bad' : 'plain'}
        width={width}
        theme={theme}
      />
    </Box>
  )
}
