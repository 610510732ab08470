import { bindingsOf } from '../bindings.js'
import { aligned, type Block, panel, row } from '../block.js'
import type { Size } from '../layout.js'
import { quitText } from '../panels/footer.js'
import type { Scene } from '../scene.js'

/** Every key that does something, and where. */
export function help(scene: Scene, size: Size): Block {
  const all = bindingsOf(scene.powers, null).map(({ keys, does, pages }) => [
    keys,
    pages === undefined ? does : `${does} (${pages.join(', ')})`,
  ])
  const texts = aligned([['q', `${quitText(scene).slice(2)}; Ctrl-C too`], ...all], ['left', 'left'])
  return panel(
    'keys',
    texts.map(text => row(text)),
    size,
    scene.theme,
  )
}
