import { averaged, curvePoints } from '../../curve.js'
import { type Block, panel, row } from '../block.js'
import { chart } from '../chart.js'
import type { Size } from '../layout.js'
import type { Scene } from '../scene.js'

/** Reward over the finished trials, failed ones left out. */
export function rewardCurve({ view, theme }: Scene, size: Size): Block {
  const points = curvePoints(view.curve)
  if (points.length < 2)
    return panel('reward', [row('a curve from the second finished trial on')], size, theme)
  const [mean, best] = [theme.glyphs.meanLine[4].repeat(2), theme.glyphs.bestLine[4].repeat(2)]
  const title = `reward: ${best} best so far, ${mean} mean of ${averaged} trials`
  const lines = chart(points, { width: size.width, height: size.height - 1 }, theme.glyphs)
  return panel(
    title,
    lines.map(text => row(text)),
    size,
    theme,
  )
}
