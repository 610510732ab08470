import { finalistCount } from '../../finalists.js'
import { percent } from '../../format.js'
import type { FinalistView } from '../../view.js'
import { type Block, panel, row } from '../block.js'
import type { Size } from '../layout.js'
import type { Scene } from '../scene.js'
import { bar, shown, type Theme } from '../theme.js'

/** The finalists by rank: how far each is, and its validation accuracy before and after fine-tuning. */
export function finalists({ view, theme }: Scene, size: Size): Block {
  const waiting = finalistCount(view) - view.finalists.length
  const rows = view.finalists.map(finalist =>
    row(
      `${finalist.rank}. #${finalist.trial}  ${progressText(finalist, theme)}`,
      finalist.state.kind === 'failed' ? 'bad' : 'plain',
    ),
  )
  return panel(waiting > 0 ? `finalists (${waiting} waiting)` : 'finalists', rows, size, theme)
}

function progressText({ state, before, after }: FinalistView, theme: Theme): string {
  const val = (evaluation: FinalistView['before']) => percent(evaluation?.scores.val?.score ?? Number.NaN)
  const from = before === null ? '' : `val ${val(before)}`
  switch (state.kind) {
    case 'begun':
      return `begun     ${from}`
    case 'training': {
      const share = state.step / Math.max(1, state.steps)
      const far = `${bar(share, 10, theme)} ${percent(share, 0)}`
      return `training  ${from}  ${far}  epoch ${state.epoch}/${state.epochs}  loss ${state.loss.toFixed(4)}`
    }
    case 'done':
      return `done      ${from === '' ? 'val' : `${from} ${theme.glyphs.arrow}`} ${val(after)}`
    case 'failed':
      return `failed    ${shown(state.reason, theme)}`
  }
}
