import type { AgentState, Episode } from './agent.js'
import { toPosition } from './position.js'

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

  begin(trial: number, actions: readonly number[]): void {
    this.#begun.set(trial, actions.map(Math.fround))
  }

  tell({ trial, trajectory, reward }: Pick<Episode, 'trial' | 'trajectory' | 'reward'>): void {
    const actions = trajectory.map(({ action }) => Math.fround(action))
    const positions = trajectory.map(step => Math.fround(toPosition(step)))
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
    const trials = [...this.#begun.keys()]
    const table = (rows: readonly (readonly number[])[]) => Float32Array.from(rows.flat())
    const unknown = new Array<number>(this.#sites).fill(Number.NaN)
    return {
      numbers: {},
      arrays: {
        archiveTrials: Float32Array.from(trials),
        archiveActions: table(trials.map(trial => this.#begun.get(trial)!)),
        archivePositions: table(trials.map(trial => this.#told.get(trial)?.positions ?? unknown)),
        archiveRewards: Float32Array.from(trials.map(trial => this.#told.get(trial)?.reward ?? Number.NaN)),
      },
    }
  }

  restore({ arrays }: AgentState): void {
    const none = new Float32Array()
    const {
      archiveTrials = none,
      archiveActions = none,
      archivePositions = none,
      archiveRewards = none,
    } = arrays
    this.#begun.clear()
    this.#told.clear()
    archiveTrials.forEach((trial, i) => {
      const row = (table: Float32Array) => [...table.slice(i * this.#sites, (i + 1) * this.#sites)]
      const [actions, reward] = [row(archiveActions), archiveRewards[i]!]
      this.#begun.set(trial, actions)
      if (!Number.isNaN(reward)) this.#told.set(trial, { actions, positions: row(archivePositions), reward })
    })
  }
}
