/** The atom of everything that never goes away: inputs, constants, what no rule speaks of. */
export const FIXED = 0

/**
 * Atoms and which of them must live or die together (union-find with path halving). An atom stands for one channel of
 * one tensor; a frozen one stays for the reason given first.
 */
export class Atoms {
  readonly #parent: number[] = [FIXED]
  readonly #reason = new Map<number, string>([
    [FIXED, 'tied to a graph input or to a constant that cannot shrink'],
  ])

  /** `count` new atoms, each alone. */
  fresh(count: number): Int32Array {
    const first = this.#parent.length
    for (let i = 0; i < count; i++) this.#parent.push(first + i)
    return Int32Array.from({ length: count }, (_, i) => first + i)
  }

  /** The atom that stands for all that are tied to this one. */
  find(atom: number): number {
    let at = atom
    while (this.#parent[at] !== at) {
      const grandparent = this.#parent[this.#parent[at]!]!
      this.#parent[at] = grandparent
      at = grandparent
    }
    return at
  }

  /** Ties two atoms. What is tied to a frozen atom is frozen. */
  tie(a: number, b: number): void {
    const [low, high] = [this.find(a), this.find(b)].sort((x, y) => x - y) as [number, number]
    if (low === high) return
    const reason = this.#reason.get(low) ?? this.#reason.get(high)
    this.#parent[high] = low
    if (reason !== undefined) this.#reason.set(low, reason)
  }

  /** Forbids to drop an atom, and all that is tied to it. */
  freeze(atom: number, reason: string): void {
    const root = this.find(atom)
    if (!this.#reason.has(root)) this.#reason.set(root, reason)
  }

  /** Why an atom may not be dropped; undefined where it may. */
  frozen(atom: number): string | undefined {
    return this.#reason.get(this.find(atom))
  }
}
