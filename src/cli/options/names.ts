import { UsageError } from './error.js'

/** Names that an error lists at most. */
const LISTED = 3

/**
 * @param problem what the error says before the name, such as "the model has no layer"
 * @throws UsageError for the first of `names` that is not known, listing those that are nearest to it.
 */
export function assertKnown(problem: string, names: readonly string[], known: readonly string[]): void {
  const wrong = names.find(name => !known.includes(name))
  if (wrong === undefined) return
  const near = [...known].sort((a, b) => distance(wrong, a) - distance(wrong, b)).slice(0, LISTED)
  throw new UsageError(`${problem} ${wrong}${near.length > 0 ? ` (nearest: ${near.join(', ')})` : ''}`)
}

/** How unlike two names are: their edit distance (Levenshtein), less where one is part of the other. */
function distance(a: string, b: string): number {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()]
  if (x !== '' && (y.includes(x) || x.includes(y)))
    return Math.abs(x.length - y.length) / (x.length + y.length)
  let row = Array.from({ length: y.length + 1 }, (_, j) => j)
  for (let i = 1; i <= x.length; i++) {
    const next = [i]
    for (let j = 1; j <= y.length; j++)
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (x[i - 1] === y[j - 1] ? 0 : 1)))
    row = next
  }
  return row[y.length]!
}
