import { Box } from 'ink'
import { finalistCount, finalsShare } from '../finalists.js'
import { duration, percent, rate } from '../format.js'
import { elapsed, timeLeft, trialsPerSecond } from '../pace.js'
import { rungShare } from '../rung.js'
import type { RunView } from '../view.js'
import { Row } from './lines.js'
import { bar, shown, type Theme } from './theme.js'

/** Two rows: how far the run is and the time left; counts and pace. */
export function Progress({
  view,
  width,
  theme,
}: {
  readonly view: RunView
  readonly width: number
  readonly theme: Theme
}) {
  const { share, done } = progress(view)
  const left = timeLeft(view)
  const after = ` ${percent(share, 0)}  ${done}${left === null ? '' : `  ${duration(left)} left`}`
  const perSecond = trialsPerSecond(view)
  const { lastFailure } = view
  const counts = [
    `finished ${view.finished}`,
    `cached ${view.cached}`,
    `failed ${view.failed}`,
    ...(perSecond === null ? [] : [`${rate(perSecond)}`]),
    `elapsed ${duration(elapsed(view))}`,
    // Last, for it may be long.
    ...(lastFailure === null
      ? []
      : [`last failure #${lastFailure.trial}: ${shown(lastFailure.reason, theme)}`]),
  ]
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Row
        text={`${bar(share, Math.max(10, width - after.length), theme)}${after}`}
        width={width}
        theme={theme}
      />
      <Row text={counts.join('  ')} width={width} theme={theme} />
    </Box>
  )
}

/** The share done of what the run is at: its trials, or the rung or the finalists. */
function progress(view: RunView): { readonly share: number; readonly done: string } {
  const total = view.run?.trials ?? 0
  const inFinals = view.finalists.length > 0 && view.told >= total
  if (inFinals || view.phase.kind === 'fine-tuning' || view.phase.kind === 'measuring') {
    const over = view.finalists.filter(({ state }) => state.kind === 'done' || state.kind === 'failed').length
    return { share: Math.min(1, finalsShare(view)), done: `${over}/${finalistCount(view)} finalists` }
  }
  const { rung } = view
  if (rung !== null && view.told >= total)
    return { share: rungShare(view), done: `${rung.told}/${rung.trials} on rung ${rung.rung}` }
  return { share: total > 0 ? view.told / total : 0, done: `${view.told}/${total} trials` }
}
