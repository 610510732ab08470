/** Data that pare cannot take, in one line: which file, what was expected, what was found. */
export class DataError extends Error {
  override readonly name = 'DataError'
}
