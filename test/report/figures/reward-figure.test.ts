import { parse, type Spec, View } from 'vega'
import { expect, it } from 'vitest'
import { rewardFigure } from '../../../src/report/figures/reward-figure.js'

const recordOf = (reward: number, number: number) =>
  ({ number, state: 'finished', reward, reason: null }) as const

/** Height of what Vega draws, px. */
async function heightOf(spec: object): Promise<number> {
  const view = new View(parse(spec as Spec), { renderer: 'none' })
  view.width(600)
  const svg = await view.toSVG()
  view.finalize()
  return Number(/height="([\d.]+)"/.exec(svg)?.[1])
}

const rewards = Array.from({ length: 40 }, (_, trial) => 0.85 + 0.001 * (trial % 7))

it('stays as high as it is where the first trials are far below the others', async () => {
  const usual = rewardFigure(rewards.map(recordOf), 'accuracy')!
  const deep = rewardFigure([0.05, 0.1, ...rewards].map(recordOf), 'accuracy')!
  expect(deep.note).toContain('2 trials below')
  expect(await heightOf(deep.spec)).toBe(await heightOf(usual.spec))
})
