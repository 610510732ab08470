import type { Policy } from '../compress/policy.js'

/** Whether the inner policy keeps no more channels of any group than the outer one. */
export function isWithin(inner: Policy, outer: Policy): boolean {
  return Object.entries(outer.keep).every(([group, count]) => (inner.keep[group] ?? 0) <= count)
}

/**
 * One of each layer, each fitting into the one before, with the largest sum of scores: a longest path through layers, by
 * dynamic programming; of equals the first. Null where there is no such chain.
 */
export function bestChain<T>(
  layers: readonly (readonly T[])[],
  fits: (inner: T, outer: T) => boolean,
  scoreOf: (one: T) => number,
): readonly T[] | null {
  interface Path {
    readonly total: number
    readonly last: T
    readonly before: Path | null
  }
  const better = (a: Path | null, b: Path | null) => (b !== null && (a === null || b.total > a.total) ? b : a)
  let paths: readonly Path[] | null = null
  for (const layer of layers) {
    const known: readonly Path[] | null = paths
    paths = layer.flatMap((last): readonly Path[] => {
      if (known === null) return [{ total: scoreOf(last), last, before: null }]
      const before = known.filter(path => fits(last, path.last)).reduce<Path | null>(better, null)
      return before === null ? [] : [{ total: before.total + scoreOf(last), last, before }]
    })
  }
  let path = (paths ?? []).reduce<Path | null>(better, null)
  if (path === null) return null
  const chain: T[] = []
  for (; path !== null; path = path.before) chain.unshift(path.last)
  return chain
}
