/** Columns and rows of the field, without its frame. */
const COLUMNS = 60
const ROWS = 12

/**
 * Points in a plane as rows of text in ASCII, with the ends of both axes.
 * @param points at least one, finite
 * @param formats how values of each axis are told
 */
export function scatter(
  points: readonly { readonly x: number; readonly y: number }[],
  formats: { readonly x: (value: number) => string; readonly y: (value: number) => string },
): readonly string[] {
  const [left, right] = ends(points.map(({ x }) => x))
  const [low, high] = ends(points.map(({ y }) => y))
  const field = Array.from({ length: ROWS }, () => new Array<string>(COLUMNS).fill(' '))
  const place = (value: number, from: number, to: number, count: number) =>
    to > from ? Math.round(((value - from) / (to - from)) * (count - 1)) : Math.floor((count - 1) / 2)
  for (const { x, y } of points)
    field[ROWS - 1 - place(y, low, high, ROWS)]![place(x, left, right, COLUMNS)] = 'o'
  const labels = [formats.y(high), formats.y(low)]
  const margin = Math.max(...labels.map(({ length }) => length))
  const label = (row: number) =>
    (row === 0 ? labels[0]! : row === ROWS - 1 ? labels[1]! : '').padStart(margin)
  const [from, to] = [formats.x(left), formats.x(right)]
  return [
    ...field.map((cells, row) => `${label(row)} |${cells.join('')}`.trimEnd()),
    `${' '.repeat(margin)} +${'-'.repeat(COLUMNS)}`,
    `${' '.repeat(margin + 2)}${from}${to.padStart(Math.max(to.length + 1, COLUMNS - from.length))}`,
  ]
}

function ends(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)]
}
