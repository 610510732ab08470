import { averaged, type Curve, curvePoints } from '../curve.js'
import { chart } from './chart.js'
import type { Size } from './layout.js'
import { Panel } from './lines.js'
import type { Theme } from './theme.js'

/** Reward over the finished trials, failed ones left out. */
export function RewardCurve({
  curve,
  size,
  theme,
}: {
  readonly curve: Curve
  readonly size: Size
  readonly theme: Theme
}) {
  const points = curvePoints(curve)
  const [mean, best] = [theme.glyphs.meanLine[4].repeat(2), theme.glyphs.bestLine[4].repeat(2)]
  const newest = points.at(-1)
  if (newest === undefined || points.length < 2) {
    return (
      <Panel
        title="reward"
        lines={[{ text: 'a curve from the second finished trial on' }]}
        size={size}
        theme={theme}
      />
    )
  }
  const title = `reward: ${best} best so far, ${mean} mean of ${averaged} trials`
  const lines = chart(points, { width: size.width, height: size.height - 1 }, theme.glyphs)
  return <Panel title={title} lines={lines.map(text => ({ text }))} size={size} theme={theme} />
}
