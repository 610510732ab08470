import { bindingsOf } from '../bindings.js'
import { type Row, row } from '../block.js'
import type { Scene } from '../scene.js'
import { shown } from '../theme.js'
import { isList } from '../ui.js'

/** The last row: the keys of the view, or what is being typed, or that stopping is under way. */
export function footer(scene: Scene, width: number): Row {
  const { ui, role, stopping, theme } = scene
  if (stopping && role === 'viewer') return row('closing', 'quiet')
  if (stopping)
    return row(`stopping: finishing the running trials${theme.glyphs.ellipsis}  Ctrl-C: at once`, 'strong')
  if (ui.typing && isList(ui.page))
    return row(`/${shown(ui.lists[ui.page].query, theme)}_   Enter keeps it, Esc ends the search`, 'strong')
  // Nothing is left to pause or to leave to itself.
  const isOver = scene.view.phase.kind === 'ended'
  const powers = isOver ? { detach: false, pause: false } : scene.powers
  const keys = bindingsOf(powers, ui.page).flatMap(({ keys, brief }) =>
    brief === undefined ? [] : [`${keys} ${keyName(brief, scene)}`],
  )
  const texts = [
    [quitText(scene), ...keys].join('   '),
    [quitText(scene).replace(/ \(.*/, ''), ...keys].join('  '),
  ]
  return row(texts.find(text => text.length <= width) ?? texts[1]!, 'quiet')
}

export function quitText({ view, role }: Scene): string {
  return role === 'viewer' || view.phase.kind === 'ended' ? 'q close' : 'q stop (the run is saved)'
}

function keyName(brief: string, { view }: Scene): string {
  return brief === 'pause' && view.paused ? 'go on' : brief
}
