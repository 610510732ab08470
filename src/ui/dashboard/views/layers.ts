import { percent } from '../../format.js'
import { leader } from '../../leader.js'
import { aligned, type Block, clipStart, panel, row } from '../block.js'
import { type LayerRow, layerRows } from '../layer-rows.js'
import type { Size } from '../layout.js'
import { firstShown, type Listing, listingOf, positionIn } from '../listing.js'
import type { Scene } from '../scene.js'
import { bar, shown, type Theme } from '../theme.js'

export function layerListing(scene: Scene): Listing {
  const keys = [...searched(scene).keys()]
  return listingOf(keys, 'first')
}

export function layerRoom({ height }: Size): number {
  return height - 3
}

const sides = ['left', 'left', 'right', 'left', 'right', 'left', 'right', 'right'] as const

/** What the best policy and the newest one keep of each layer, in bits too, and what each layer loses and costs. */
export function layers(scene: Scene, size: Size): Block {
  const { view, ui, theme } = scene
  const { query, selected } = ui.lists.layers
  const rows = searched(scene)
  const room = layerRoom(size)
  const position = positionIn(layerListing(scene), selected)
  const first = firstShown(rows.length, position, room)
  const seen = rows.slice(first, first + room)
  const best = leader(view)
  const now = view.flying.at(-1)?.trial ?? (view.told > 0 ? view.told - 1 : '-')
  const head = ['layer', '', `#${best?.trial ?? '-'}`, 'bits', `#${now}`, 'bits', 'lost', 'MACs']
  const length = Math.max(4, Math.min(40, size.width - 72))
  const name = Math.max(12, size.width - length - 54)
  const [top = '', ...texts] = aligned([head, ...seen.map(layer => cells(layer, name, length, theme))], sides)
  const what = query === '' ? '' : ` with ${shown(query, theme)}`
  const title = `layers ${rows.length === 0 ? 'none' : `${first + 1} to ${first + seen.length} of ${rows.length}`}${what}: best #${best?.trial ?? '-'} beside the newest #${now}`
  const lines = texts.map((text, i) => {
    const isSelected = selected !== null && first + i === position
    return row(`${isSelected ? '> ' : '  '}${text}`, isSelected ? 'selected' : 'plain')
  })
  return panel(
    title,
    [row(`  ${top}`, 'quiet'), ...lines, ...legend(scene, room - lines.length)],
    size,
    theme,
  )
}

function searched({ view, ui }: Scene): readonly LayerRow[] {
  const wanted = ui.lists.layers.query.toLowerCase()
  return layerRows(view).filter(({ name }) => name.toLowerCase().includes(wanted))
}

function cells(layer: LayerRow, name: number, length: number, theme: Theme): readonly string[] {
  const { best, newest, lost, share } = layer
  return [
    clipStart(shown(layer.name, theme), name, theme),
    best.share === null ? '' : bar(best.share, length, theme),
    best.width,
    best.bits,
    newest.width,
    newest.bits,
    lost === null ? '-' : percent(lost, 1),
    share === null ? '-' : percent(share, 1),
  ]
}

/** The last row, behind as many blank ones as there is room for. */
function legend({ view }: Scene, blank: number): Block {
  const lost =
    view.sensitivity !== null
      ? 'share of the likelihood lost at half, measured'
      : view.weights.length > 0
        ? 'output energy lost at half, estimated'
        : 'not known of this run'
  const text = `lost: ${lost}; MACs: share of the original's that shrink with it; w4 a8: bits of weights and values`
  return [...Array.from({ length: Math.max(0, blank) }, () => []), row(text, 'quiet')]
}
