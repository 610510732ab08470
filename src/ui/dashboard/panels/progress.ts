import { finalistCount, finalsShare } from '../../finalists.js'
import { duration, percent, rate } from '../../format.js'
import { elapsed, timeLeft, trialsPerSecond } from '../../pace.js'
import { rungShare } from '../../rung.js'
import type { RunView } from '../../view.js'
import { type Row, row } from '../block.js'
import type { Scene } from '../scene.js'
import { bar, shown } from '../theme.js'

/** How far the run is, and the time left. */
export function progressBar({ view, theme }: Scene, width: number): Row {
  const { share, done } = progress(view)
  const left = timeLeft(view)
  const after = ` ${percent(share, 0)}  ${done}${left === null ? '' : `  ${duration(left)} left`}`
  return [{ text: bar(share, Math.max(10, width - after.length), theme), tone: 'first' }, { text: after }]
}

/** Trials by outcome, the pace, and the last failure. */
export function counts({ view, theme }: Scene): Row {
  const perSecond = trialsPerSecond(view)
  const { lastFailure } = view
  return row(
    [
      `finished ${view.finished}`,
      `cached ${view.cached}`,
      `failed ${view.failed}`,
      ...(perSecond === null ? [] : [`${rate(perSecond)}`]),
      `elapsed ${duration(elapsed(view))}`,
      // Last, for it may be long.
      ...(lastFailure === null
        ? []
        : [`last failure #${lastFailure.trial}: ${shown(lastFailure.reason, theme)}`]),
    ].join('  '),
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
