import { expect, it } from 'vitest'
import { curveFigure } from '../../src/report/curve-figure.js'
import { okabeIto } from '../../src/report/okabe-ito.js'
import { renderSvg } from '../../src/report/render-svg.js'

const point = (spent: number, median: number) => ({
  spent,
  median,
  low: median - 0.01,
  high: median + 0.01,
  n: 3,
})
const curves = [
  { group: 'ddpg', points: [point(1, 0.8), point(2, 0.9)] },
  { group: 'a < "b"', points: [point(1, 0.85), point(2, 0.86)] },
]

it('is an SVG with a line and a band in its colour for each group, and titles', async () => {
  const svg = await renderSvg(curveFigure(curves, 'evaluations', 0.8, 'accuracy'))
  expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/)
  for (const title of ['>evaluations<', '>best validation accuracy, %<', '>ddpg<', '>a &lt; "b"<'])
    expect(svg).toContain(title)
  const drawn = (attribute: string, color: string) => svg.split(`${attribute}="${color}"`).length - 1
  for (const color of okabeIto.slice(0, 2)) {
    // A line, and its key in the legend.
    expect(drawn('stroke', color)).toBe(2)
    expect(drawn('fill', color)).toBeGreaterThanOrEqual(1)
  }
  expect(drawn('stroke', okabeIto[2])).toBe(0)
})

it('is named for what the scores are', async () => {
  const figure = curveFigure(curves, 'evaluations', 0.8, 'mean IoU')
  expect(figure.description).toMatch(/^Best validation mean IoU by evaluations/)
  const svg = await renderSvg(figure)
  expect(svg).toContain('>best validation mean IoU, %<')
  expect(svg).not.toContain('accuracy')
})

it('has seconds where it is by time', async () => {
  const times = curves.map(({ group, points }) => ({
    group,
    points: points.map(one => ({ ...one, spent: one.spent * 60_000 })),
  }))
  const svg = await renderSvg(curveFigure(times, 'time', 0.8, 'accuracy'))
  expect(svg).toContain('>wall time, seconds<')
  expect(svg).toContain('>100<')
  expect(svg).not.toContain('60,000')
})
