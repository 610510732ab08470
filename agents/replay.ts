import type { Random } from '../src/random.js'
import type { AgentState } from './agent.js'

/** Steps drawn from memory, row-major; `bootstrap` is 0 for an episode's last step and 1 before it. */
export interface Batch {
  readonly observations: Float32Array
  readonly actions: Float32Array
  /** Reward of the whole episode that the step belongs to, not yet shared out over its steps. */
  readonly rewards: Float32Array
  readonly next: Float32Array
  readonly bootstrap: Float32Array
}

/** The last `capacity` steps, drawn uniformly with replacement. */
export class Replay {
  readonly #features: number
  readonly #capacity: number
  readonly #rows: Float32Array
  #size = 0
  #position = 0

  /** @param features how many numbers an observation has */
  constructor(capacity: number, features: number) {
    this.#capacity = capacity
    this.#features = features
    this.#rows = new Float32Array(capacity * (2 * features + 3))
  }

  get size(): number {
    return this.#size
  }

  add(observation: readonly number[], action: number, reward: number, next: readonly number[] | null): void {
    const width = 2 * this.#features + 3
    const row = this.#rows.subarray(this.#position * width, (this.#position + 1) * width)
    row.fill(0)
    row.set(observation)
    if (next !== null) row.set(next, this.#features)
    row.set([action, reward, next === null ? 0 : 1], 2 * this.#features)
    this.#position = (this.#position + 1) % this.#capacity
    this.#size = Math.min(this.#size + 1, this.#capacity)
  }

  sample(count: number, random: Random): Batch {
    const n = this.#features
    const width = 2 * n + 3
    const batch = {
      observations: new Float32Array(count * n),
      actions: new Float32Array(count),
      rewards: new Float32Array(count),
      next: new Float32Array(count * n),
      bootstrap: new Float32Array(count),
    }
    for (let i = 0; i < count; i++) {
      const start = random.below(this.#size) * width
      const row = this.#rows.subarray(start, start + width)
      batch.observations.set(row.subarray(0, n), i * n)
      batch.next.set(row.subarray(n, 2 * n), i * n)
      batch.actions[i] = row[2 * n]!
      batch.rewards[i] = row[2 * n + 1]!
      batch.bootstrap[i] = row[2 * n + 2]!
    }
    return batch
  }

  snapshot(): AgentState {
    const used = this.#rows.slice(0, this.#size * (2 * this.#features + 3))
    return { numbers: { size: this.#size, position: this.#position }, arrays: { rows: used } }
  }

  restore({ numbers, arrays }: AgentState): void {
    this.#size = numbers.size ?? 0
    this.#position = numbers.position ?? 0
    this.#rows.set(arrays.rows ?? [])
  }
}
