import type { AgentState, Episode } from './agent.js'
import { joinRows, savedRows } from './saved.js'

/** A told trial by its executed actions. */
export interface Told {
  readonly trial: number
  readonly actions: readonly number[]
  readonly reward: number
}

/** Trials that a model of them can take: so many of the best and of the newest, which may be the same. */
const CONSIDERED = 150
const BEST = CONSIDERED / 2

/**
 * The told trials that something is learned from: the best and the newest. Of others nothing is kept, so that what is saved
 * with every trial does not grow with their number.
 */
export class Archive {
  readonly #sites: number
  /** By trial. */
  #told: readonly Told[] = []

  /** @param sites how many actions a trial has */
  constructor(sites: number) {
    this.#sites = sites
  }

  /** How many trials are kept. */
  get size(): number {
    return this.#told.length
  }

  tell({ trial, trajectory, reward }: Pick<Episode, 'trial' | 'trajectory' | 'reward'>): void {
    // In single precision, as they are saved.
    const actions = trajectory.map(({ action }) => Math.fround(action))
    this.#keep([...this.#told, { trial, actions, reward: Math.fround(reward) }])
  }

  /** Best first; of equals the earlier. All of the best are there, and some others. */
  ranked(): readonly Told[] {
    return ranked(this.#told)
  }

  /** Those from which to learn, no more than a small model can take: the best, and of the others the newest. */
  considered(): readonly Told[] {
    const all = ranked(this.#told)
    if (all.length <= CONSIDERED) return all
    const best = new Set(all.slice(0, BEST))
    return [...best, ...newest(this.#told).filter(told => !best.has(told))].slice(0, CONSIDERED)
  }

  snapshot(): AgentState {
    const rows = this.#told.map(({ trial, reward, actions }) => [trial, reward, ...actions])
    return { numbers: {}, arrays: { told: joinRows(rows) } }
  }

  /**
   * Takes what another has saved; older ones have also saved what was not told, without a reward, and positions.
   * @throws Error where the state has no archive of so many sites.
   */
  restore(state: AgentState): void {
    const rows =
      state.arrays.told === undefined
        ? savedRows(state, 'archive', 2 + 2 * this.#sites)
        : savedRows(state, 'told', 2 + this.#sites)
    const told = rows.map(([trial, reward, ...values]) => ({
      trial: trial!,
      reward: reward!,
      actions: values.slice(0, this.#sites),
    }))
    this.#keep(told.filter(({ reward }) => !Number.isNaN(reward)))
  }

  #keep(told: readonly Told[]): void {
    // One more than are considered, which tells that there are more.
    const kept = new Set([...ranked(told).slice(0, BEST), ...newest(told).slice(0, CONSIDERED + 1)])
    this.#told = [...kept].sort((a, b) => a.trial - b.trial)
  }
}

function ranked(told: readonly Told[]): readonly Told[] {
  return [...told].sort((a, b) => b.reward - a.reward || a.trial - b.trial)
}

function newest(told: readonly Told[]): readonly Told[] {
  return [...told].sort((a, b) => b.trial - a.trial)
}
