import { meansOf, type Thinned } from '../../thinned.js'
import { type Block, padEnd, panel, type Row } from '../block.js'
import type { Size } from '../layout.js'
import type { Scene } from '../scene.js'
import { sparkline } from '../theme.js'

const figures = [
  ['noise', 'noise'],
  ['criticLoss', 'critic loss'],
  ['actorLoss', 'actor loss'],
] as const

/** How many figures the agent tells of itself. */
export function learningRows({ view: { learning } }: Scene): number {
  return figures.filter(([key]) => learning[key].newest !== null).length
}

/** The agent's exploration noise and losses over the trials, and what they are now. */
export function learning(scene: Scene, size: Size): Block {
  const { view, theme } = scene
  const rows = figures.flatMap(([key, name]): Row[] => {
    const thinned: Thinned = view.learning[key]
    if (thinned.newest === null) return []
    const text = `${padEnd(name, 11)} ${padEnd(figureText(thinned.newest), 10)} `
    return [
      [{ text }, { text: sparkline(meansOf(thinned), size.width - text.length, theme), tone: 'second' }],
    ]
  })
  return panel(`agent ${view.run?.agent ?? ''}, over its trials`, rows, size, theme)
}

function figureText(value: number): string {
  return Math.abs(value) >= 0.001 || value === 0 ? value.toFixed(4) : value.toExponential(2)
}
