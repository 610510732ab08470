import type { TopLevelSpec } from 'vega-lite'
import type { Axis } from '../compare/curve.js'
import type { NamedCurve } from '../compare/drawn-curves.js'
import { axisStyle, INK } from './axis-style.js'
import { axisTitles, curvePlot } from './curve-plot.js'

/**
 * Best validation score by what was spent, as a Vega-Lite specification: for each group the median over its runs as a
 * line and the range from the least to the most as a band. It is on no background.
 * @param floor score below which nothing is shown, a fraction
 * @param name what the score is called
 */
export function curveFigure(
  curves: readonly NamedCurve[],
  by: Axis,
  floor: number,
  name: string,
): TopLevelSpec {
  const { data, encoding, layer } = curvePlot(curves, by, floor, {
    score: `best validation ${name}, %`,
    legend: {
      title: null,
      orient: 'bottom',
      symbolType: 'stroke',
      symbolSize: 400,
      symbolStrokeWidth: 2.5,
      symbolOpacity: 1,
    } as const,
  })
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: `Best validation ${name} by ${axisTitles[by]}: median over seeds, and the range of all`,
    width: 560,
    height: 320,
    padding: 8,
    data,
    encoding,
    layer: [...layer],
    config: {
      background: 'transparent',
      font: 'sans-serif',
      view: { stroke: null },
      axis: { ...axisStyle, titleFontSize: 13 },
      legend: { labelColor: INK, labelFontSize: 13 },
    },
  }
}
