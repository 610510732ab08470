import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { type ChartStyle, comparisonChart, type Series } from '../../src/ui/comparison-chart.js'

const style: ChartStyle = {
  width: 24,
  height: 5,
  unicode: true,
  colors: false,
  x: String,
  y: value => value.toFixed(2),
  least: 0.0001,
  floor: 0,
}

const series: readonly Series[] = [
  {
    name: 'up',
    points: [
      { x: 0, y: 0.2 },
      { x: 5, y: 0.4 },
      { x: 10, y: 0.6 },
    ],
  },
  {
    name: 'level',
    points: [
      { x: 0, y: 0.4 },
      { x: 10, y: 0.4 },
    ],
  },
]

describe('the chart of a comparison', () => {
  it('draws the line named first where lines meet', () => {
    expect(`\n${comparisonChart(series, style).join('\n')}\n`).toBe(`
0.60 ┤                ╭
0.50 ┤                │
0.40 ┤════════╭───────╯
0.30 ┤        │
0.20 ┤────────╯
      0              10
      ─── up   ═══ level
`)
  })

  it('leaves out what is below the floor and behind the end of a line', () => {
    const short = [
      series[0]!,
      {
        name: 'short',
        points: [
          { x: 0, y: 0.5 },
          { x: 4, y: 0.5 },
        ],
      },
    ]
    expect(`\n${comparisonChart(short, { ...style, floor: 0.4, unicode: false }).join('\n')}\n`).toBe(`
0.60 |                -
0.55 |                -
0.50 |=======         -
0.45 |                -
0.40 |         --------
      0              10
      --- up   === short
`)
  })

  it('is the same with colours but for them', () => {
    const plain = comparisonChart(series, style)
    const colored = comparisonChart(series, { ...style, colors: true })
    expect(colored).not.toEqual(plain)
    expect(colored.map(stripVTControlCharacters)).toEqual(plain)
  })

  it('fits any width, with as many lines as there may be', () => {
    const many = Array.from({ length: 9 }, (_, i) => ({
      name: String(i),
      points: Array.from({ length: 50 }, (_, x) => ({ x: x * (i + 1), y: 1 - 1 / (x + i + 1) })),
    }))
    for (const width of [30, 41, 80, 120]) {
      const rows = comparisonChart(many, { ...style, width, height: 12 })
      expect(rows).toHaveLength(14)
      for (const row of rows.slice(0, -1)) expect([...row].length).toBeLessThanOrEqual(width)
    }
  })
})
