import type { AgentState, Episode } from './agent.js'
import { genomeOf } from './genome.js'
import { joinRows, savedRows } from './saved.js'

/** A told trial by its executed actions, and by their positions in what was legal then. */
export interface Told {
  readonly actions: readonly number[]
  readonly positions: readonly number[]
  readonly reward: number
}

/** Trials that a model of them can take. */
const CONSIDERED = 150

/** The executed actions of every trial begun, and what is known of those told. Nothing is forgotten. */
export class Archive {
  readonly #sites: number
  readonly #begun = new Map<number, readonly number[]>()
  readonly #told = new Map<number, Told>()

  /** @param sites how many actions a trial has */
  constructor(sites: number) {
    this.#sites = sites
  }

  /** How many trials were told. */
  get size(): number {
    return this.#told.size
  }

  begin(trial: number, actions: readonly number[]): void {
    this.#begun.set(trial, actions.map(Math.fround))
  }

  tell({ trial, trajectory, reward }: Pick<Episode, 'trial' | 'trajectory' | 'reward'>): void {
    const actions = trajectory.map(({ action }) => Math.fround(action))
    const positions = [...genomeOf(trajectory)]
    this.#begun.set(trial, actions)
    this.#told.set(trial, { actions, positions, reward: Math.fround(reward) })
  }

  /** Whether a trial with these actions was begun. */
  has(actions: readonly number[]): boolean {
    return [...this.#begun.values()].some(known =>
      known.every((action, site) => action === Math.fround(actions[site]!)),
    )
  }

  /** Best first; of equals the earlier. */
  ranked(): readonly Told[] {
    return [...this.#told].sort(([a, x], [b, y]) => y.reward - x.reward || a - b).map(([, told]) => told)
  }

  /** Those from which to learn, no more than a small model can take: the best, and of the others the newest. */
  considered(): readonly Told[] {
    const ranked = this.ranked()
    if (ranked.length <= CONSIDERED) return ranked
    const best = new Set(ranked.slice(0, CONSIDERED / 2))
    const newest = [...this.#told].sort(([a], [b]) => b - a).map(([, told]) => told)
    return [...best, ...newest.filter(told => !best.has(told))].slice(0, CONSIDERED)
  }

  snapshot(): AgentState {
    const rows = [...this.#begun]
      .sort(([a], [b]) => a - b)
      .map(([trial, actions]) => {
        const told = this.#told.get(trial)
        const positions = told?.positions ?? actions.map(() => Number.NaN)
        return [trial, told?.reward ?? Number.NaN, ...actions, ...positions]
      })
    return { numbers: {}, arrays: { archive: joinRows(rows) } }
  }

  /** @throws Error where the state has no archive of so many sites. */
  restore(state: AgentState): void {
    this.#begun.clear()
    this.#told.clear()
    for (const [trial, reward, ...values] of savedRows(state, 'archive', 2 + 2 * this.#sites)) {
      const [actions, positions] = [values.slice(0, this.#sites), values.slice(this.#sites)]
      this.#begun.set(trial!, actions)
      if (!Number.isNaN(reward)) this.#told.set(trial!, { actions, positions, reward: reward! })
    }
  }
}
