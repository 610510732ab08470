import { phaseText } from '../../phase-text.js'
import { type Block, type Row, row } from '../block.js'
import type { Scene } from '../scene.js'
import { shown } from '../theme.js'
import { pages } from '../ui.js'

/** Three rows: which run this is, the views with their keys, and where the run stands. */
export function header(scene: Scene): Block {
  const { view, theme } = scene
  const { run, phase } = view
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
  const isBad = phase.kind === 'ended' && phase.outcome === 'failed'
  return [
    row(shown(['pare', ...facts].join(` ${theme.glyphs.dot} `), theme), 'strong'),
    tabs(scene),
    row(shown(phaseText(view), theme), isBad ? 'bad' : 'plain'),
  ]
}

/** The open view stands in brackets. */
function tabs({ ui }: Scene): Row {
  return pages.map((page, i) => {
    const text = `${i + 1} ${page}`
    return page === ui.page ? { text: `[${text}]`, tone: 'first' } : { text: ` ${text} `, tone: 'quiet' }
  })
}
