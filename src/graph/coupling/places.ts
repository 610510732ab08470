import type { Coupling, Product, WeightAxis } from './coupling.js'
import type { CountPlace, PointerPlace, SizePlaces } from './sizes.js'

/** Something that atoms stand on, and the representative of the atom at each of its indices. */
export type Place = { readonly roots: Int32Array } & (
  | { readonly kind: 'axis'; readonly of: WeightAxis }
  | { readonly kind: 'count'; readonly of: CountPlace }
  | { readonly kind: 'pointer'; readonly of: PointerPlace }
  | { readonly kind: 'product'; readonly of: Product }
)

/** Every place of a graph; the axes of constants come first. */
export function placesOf(coupling: Coupling, { counts, pointers }: SizePlaces): Place[] {
  const roots = (atoms: Int32Array) => atoms.map(atom => coupling.atoms.find(atom))
  return [
    ...coupling.weightAxes().map(of => ({ kind: 'axis' as const, of, roots: roots(of.atoms) })),
    ...counts.map(of => ({ kind: 'count' as const, of, roots: roots(of.atoms) })),
    ...pointers.map(of => ({ kind: 'pointer' as const, of, roots: roots(of.atoms) })),
    ...coupling.products.map(of => ({ kind: 'product' as const, of, roots: roots(of.atoms) })),
  ]
}

/** Channels that may go, by their representatives, and where all of them stand. */
export interface Members {
  readonly roots: readonly number[]
  readonly places: readonly Place[]
}

/**
 * The channels of each group: those that may go and stand equally often at the same places, so that it makes no
 * difference to any size which of them go.
 */
export function membersOf(coupling: Coupling, places: readonly Place[]): Members[] {
  const standing = new Map<number, Map<number, number>>()
  places.forEach(({ kind, roots }, place) => {
    for (const root of roots) {
      const at = standing.get(root) ?? new Map<number, number>()
      // What stands on no constant, such as the channels of an input, is nobody's choice.
      if (kind === 'axis' || standing.has(root)) standing.set(root, at.set(place, (at.get(place) ?? 0) + 1))
    }
  })
  const groups = new Map<string, number[]>()
  for (const [root, at] of standing) {
    if (coupling.atoms.frozen(root) !== undefined) continue
    const signature = [...at].join(' ')
    const members = groups.get(signature)
    if (members === undefined) groups.set(signature, [root])
    else members.push(root)
  }
  return [...groups.values()].flatMap(roots => {
    const [first = 0] = roots
    if (roots.length > 1) return [{ roots, places: [...standing.get(first)!.keys()].map(p => places[p]!) }]
    // Of a group one channel stays at least, so a single one is no choice.
    coupling.atoms.freeze(first, 'no other channel stands at the same places, and one must stay')
    return []
  })
}
