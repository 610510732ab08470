import { endOf, rowAt } from '../../history.js'
import type { HistoryRow } from '../../history-row.js'
import { sitesOf } from '../../sites.js'
import { axisCost } from '../axis.js'
import { type Block, beside, panel } from '../block.js'
import { GAP, type Layout, layoutOf, type Size } from '../layout.js'
import { comparison, comparisonRows } from '../panels/comparison.js'
import { finalists } from '../panels/finalists.js'
import { learning, learningRows } from '../panels/learning.js'
import { counts } from '../panels/progress.js'
import { rewardCurve } from '../panels/reward-curve.js'
import { widths } from '../panels/widths.js'
import type { Scene } from '../scene.js'
import { trialTable } from '../trial-table.js'

/** How the run goes: its result so far, the curve of its rewards, and what its agent learns. */
export function overview(scene: Scene, { width, height }: Size): Block {
  const { view } = scene
  const layout = layoutOf(
    { width, height: height - 1 },
    {
      facts: comparisonRows(view),
      figures: learningRows(scene),
      sites: sitesOf(view.run).length,
      finalists: view.finalists.length,
    },
  )
  const parts = partsOf(scene, layout)
  const { comparison, learning, curve, widths, finalists, trials } = parts
  const left = layout.curve?.width ?? width
  switch (layout.kind) {
    case 'narrow':
      return [counts(scene), ...comparison, ...learning, ...beside(curve, widths, left + GAP), ...finalists]
    case 'wide': {
      const [first, second] = [
        [...comparison, ...curve],
        [...learning, ...widths, ...finalists],
      ]
      return [counts(scene), ...beside(first, second, left + GAP), ...trials]
    }
  }
}

function partsOf(scene: Scene, layout: Layout): Readonly<Record<Exclude<keyof Layout, 'kind'>, Block>> {
  const drawn = (draw: (scene: Scene, size: Size) => Block, size: Size | null) =>
    size === null ? [] : draw(scene, size)
  return {
    comparison: comparison(scene, layout.comparison),
    learning: drawn(learning, layout.learning),
    curve: drawn(rewardCurve, layout.curve),
    widths: drawn(widths, layout.widths),
    finalists: drawn(finalists, layout.finalists),
    trials: drawn(newest, layout.trials),
  }
}

/** The newest told trials, newest first. */
function newest(scene: Scene, size: Size): Block {
  const { history } = scene.view
  const end = endOf(history)
  const rows = Array.from({ length: Math.max(0, size.height - 2) }, (_, i) => rowAt(history, end - 1 - i))
  const known = rows.filter((row): row is HistoryRow => row !== null)
  const cost = axisCost(scene.view, scene.ui.axis)
  const table = trialTable(known, scene, { width: size.width, cost, selected: null })
  return panel('last trials', table, size, scene.theme)
}
