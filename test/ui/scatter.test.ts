import { expect, it } from 'vitest'
import { scatter } from '../../src/ui/scatter.js'

const formats = { x: String, y: String }

it('puts the ends into the corners and the middle between them', () => {
  const rows = scatter(
    [
      { x: 0, y: 10 },
      { x: 59, y: 21 },
      { x: 30, y: 15 },
    ],
    formats,
  )
  const places = rows.flatMap((text, row) =>
    [...text].flatMap((mark, column) => (mark === 'o' ? [[row, column - '21 |'.length]] : [])),
  )
  expect(places).toEqual([
    [0, 59],
    [6, 30],
    [11, 0],
  ])
  expect(rows.at(-1)).toMatch(/^ {4}0 +59$/)
})

it('draws points on one line, and one alone', () => {
  for (const points of [[{ x: 1, y: 2 }], [1, 2].map(x => ({ x, y: 5 }))]) {
    const marks = [...scatter(points, formats).join('')].filter(mark => mark === 'o')
    expect(marks).toHaveLength(points.length)
  }
})
