import { whole } from '../../format.js'
import { rowAt } from '../../history.js'
import type { HistoryRow } from '../../history-row.js'
import { axisCost } from '../axis.js'
import { type Block, beside, panel, row } from '../block.js'
import { GAP, type Size } from '../layout.js'
import { firstShown, type Listing, positionIn } from '../listing.js'
import { trialDetails } from '../panels/trial-details.js'
import type { Scene } from '../scene.js'
import { shown } from '../theme.js'
import { trialTable } from '../trial-table.js'

/** From this width on there is room for the details beside the table. */
const BESIDE = 140
/** Rows of the details where they stand below. */
const BELOW = 9

export function trialListing({ view, ui, order }: Scene): Listing {
  const { sort, reversed, filter, lists, axis } = ui
  const cost = axisCost(view, axis)
  const spec = { sort, reversed, filter, query: lists.trials.query, cost }
  return order(view.history, view.fronts[cost] ?? [], spec)
}

/** Trials that are seen at a time, under the title and the head of the table. */
export function trialRoom({ width, height }: Size, { details }: Scene['ui']): number {
  return height - 2 - (details && width < BESIDE ? BELOW : 0)
}

/** All told trials, sorted and filtered; of the selected one all that is known, beside the table where there is room. */
export function trials(scene: Scene, size: Size): Block {
  const { view, ui, theme } = scene
  const { width, height } = size
  const cost = axisCost(view, ui.axis)
  const listing = trialListing(scene)
  const position = positionIn(listing, ui.lists.trials.selected)
  const room = trialRoom(size, ui)
  const first = firstShown(listing.length, position, room)
  const rows = Array.from({ length: Math.min(room, listing.length - first) }, (_, i) =>
    rowAt(view.history, listing.at(first + i) ?? -1),
  ).filter((found): found is HistoryRow => found !== null)
  const selected = rowAt(view.history, listing.at(position) ?? -1)
  const isBeside = width >= BESIDE
  const left = isBeside ? Math.max(96, Math.floor(width * 0.55)) : width
  const table =
    rows.length === 0
      ? [row('no trial is like that')]
      : trialTable(rows, scene, { width: left, cost, selected: selected?.trial ?? null })
  const list = panel(
    titleOf(scene, listing.length, first, rows.length),
    table,
    { width: left, height: room + 2 },
    theme,
  )
  if (selected === null) return list
  if (isBeside) {
    const right = { width: width - left - GAP, height }
    return beside(list, trialDetails(selected, scene, right), left + GAP)
  }
  return ui.details ? [...list, ...trialDetails(selected, scene, { width, height: BELOW })] : list
}

function titleOf({ view, ui, theme }: Scene, count: number, first: number, seen: number): string {
  const { query } = ui.lists.trials
  const arrow = ui.reversed ? theme.glyphs.up : theme.glyphs.down
  const which = seen === 0 ? 'none' : `${whole(first + 1)} to ${whole(first + seen)} of ${whole(count)}`
  const sort = ui.sort === 'cost' ? `${ui.sort} (${axisCost(view, ui.axis)})` : ui.sort
  const what = query === '' ? '' : `, with ${shown(query, theme)}`
  return `trials ${which}: ${ui.filter}${what}, by ${sort} ${arrow}`
}
