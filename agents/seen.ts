import { createHash } from 'node:crypto'
import type { Transition } from './agent.js'

/** Bytes of a hash that are kept: of a million trials, two that differ have the same with a probability of 1e-12. */
const BYTES = 10

/** The actions of trials, as hashes: whether some were there before is all that can be asked. */
export class Seen {
  readonly #hashes = new Set<string>()

  add(actions: readonly number[]): void {
    this.#hashes.add(hashOf(actions))
  }

  has(actions: readonly number[]): boolean {
    return this.#hashes.has(hashOf(actions))
  }

  clear(): void {
    this.#hashes.clear()
  }
}

/** What was executed at each site, in order. */
export function actionsOf(trajectory: readonly Transition[]): readonly number[] {
  return trajectory.map(({ action }) => action)
}

/** Of the actions in single precision. */
function hashOf(actions: readonly number[]): string {
  const bytes = new Uint8Array(Float32Array.from(actions).buffer)
  return createHash('sha256').update(bytes).digest().toString('latin1', 0, BYTES)
}
