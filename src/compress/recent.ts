/**
 * Remembers what was made for each key, up to so many bytes together; past them, what was not asked for longest is
 * forgotten. The newest stays, however large.
 * @param bytesOf what one value takes
 */
export function recent<T>(
  capacity: number,
  bytesOf: (value: T) => number,
): (key: string, make: () => T) => T {
  // A Map lists its keys in the order of their insertion: the first is the one to forget.
  const values = new Map<string, T>()
  let bytes = 0
  return (key, make) => {
    const known = values.get(key)
    const value = known ?? make()
    if (known === undefined) bytes += bytesOf(value)
    else values.delete(key)
    values.set(key, value)
    for (const [oldest, dropped] of values) {
      if (bytes <= capacity || oldest === key) break
      values.delete(oldest)
      bytes -= bytesOf(dropped)
    }
    return value
  }
}
