import type { OpenList } from './answer.js'
import { type Block, clipRow, row, sized } from './block.js'
import { minimum, type Size } from './layout.js'
import { footer } from './panels/footer.js'
import { header } from './panels/header.js'
import { progressBar } from './panels/progress.js'
import type { Scene } from './scene.js'
import { help } from './views/help.js'
import { layerListing, layerRoom, layers } from './views/layers.js'
import { log, logListing, logRoom } from './views/log.js'
import { overview } from './views/overview.js'
import { pareto } from './views/pareto.js'
import { trialListing, trialRoom, trials } from './views/trials.js'
import { workers } from './views/workers.js'

/** Rows of header, progress and footer. */
const FRAME = 5

/** The whole screen: at most as wide as the terminal and one row less high, as a full last row would scroll some. */
export function screenOf(scene: Scene, size: Size): Block {
  const { theme } = scene
  const { width, height } = size
  if (width < minimum.width || height < minimum.height) {
    const text = `pare needs at least ${minimum.width}x${minimum.height}, this is ${width}x${height}; q stops`
    return [clipRow(row(text), width, theme)]
  }
  const ends = [...header(scene), progressBar(scene, width)]
  const body = sized(bodyOf(scene, bodySize(size)), bodySize(size), theme)
  return [
    ...ends.map(line => clipRow(line, width, theme)),
    ...body,
    clipRow(footer(scene, width), width, theme),
  ]
}

/** The list that is open, for the keys that move in it; null where none is. */
export function openListOf(scene: Scene, terminal: Size): OpenList | null {
  const size = bodySize(terminal)
  switch (scene.ui.page) {
    case 'layers':
      return { listing: layerListing(scene), room: layerRoom(size) }
    case 'trials':
      return { listing: trialListing(scene), room: trialRoom(size, scene.ui) }
    case 'log':
      return { listing: logListing(scene), room: logRoom(size) }
    case 'overview':
    case 'pareto':
    case 'workers':
      return null
  }
}

function bodySize({ width, height }: Size): Size {
  return { width, height: Math.max(1, height - 1 - FRAME) }
}

function bodyOf(scene: Scene, size: Size): Block {
  if (scene.ui.help) return help(scene, size)
  switch (scene.ui.page) {
    case 'overview':
      return overview(scene, size)
    case 'layers':
      return layers(scene, size)
    case 'trials':
      return trials(scene, size)
    case 'pareto':
      return pareto(scene, size)
    case 'workers':
      return workers(scene, size)
    case 'log':
      return log(scene, size)
  }
}
