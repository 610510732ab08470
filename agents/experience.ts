import type { AgentState, Transition } from './agent.js'
import type { Chosen } from './bins.js'
import type { PpoBatch } from './ppo-update.js'
import { joinRows, savedRows } from './saved.js'

/** Sizes of what is kept. */
export interface ExperienceOptions {
  readonly sites: number
  readonly features: number
  readonly bins: number
}

/** Numbers of a choice: its bin and the logarithm of its probability. */
const CHOICE = 2

/** What an agent that learns from its own choices knows of them: those of trials in flight, and told ones not yet used. */
export class Experience {
  readonly #options: ExperienceOptions
  /** Choices site by site, by trial. */
  readonly #begun = new Map<number, Float32Array>()
  /** Choices, then observations, site by site, then the reward. */
  #told: Float32Array[] = []

  constructor(options: ExperienceOptions) {
    this.#options = options
  }

  /** How many told trials wait to be used. */
  get size(): number {
    return this.#told.length
  }

  begin(trial: number, site: number, chosen: Chosen): void {
    const choices = this.#begun.get(trial) ?? new Float32Array(CHOICE * this.#options.sites)
    choices.set([chosen.bin, chosen.log], CHOICE * site)
    this.#begun.set(trial, choices)
  }

  /** Of a trial that was begun. */
  tell(trial: number, trajectory: readonly Transition[], reward: number): void {
    const observations = trajectory.flatMap(({ observation }) => observation)
    this.#told.push(Float32Array.from([...this.#begun.get(trial)!, ...observations, reward]))
  }

  /** Forgets the choices of a trial that is in flight no more. */
  forget(trial: number): void {
    this.#begun.delete(trial)
  }

  /**
   * All told trials as a batch, which are then used up.
   * @param advantage what a reward is worth
   */
  take(advantage: (reward: number) => number): PpoBatch {
    const { sites, features, bins } = this.#options
    const n = this.#told.length * sites
    const batch = {
      observations: new Float32Array(n * features),
      chosen: new Float32Array(bins * n),
      behaviour: new Float32Array(n),
      advantages: new Float32Array(n),
    }
    for (const [episode, row] of this.#told.entries()) {
      batch.observations.set(row.subarray(CHOICE * sites, -1), episode * sites * features)
      batch.advantages.fill(advantage(row.at(-1)!), episode * sites, (episode + 1) * sites)
      for (let site = 0; site < sites; site++) {
        const column = episode * sites + site
        batch.chosen[row[CHOICE * site]! * n + column] = 1
        batch.behaviour[column] = row[CHOICE * site + 1]!
      }
    }
    this.#told = []
    return batch
  }

  snapshot(): AgentState['arrays'] {
    const begun = [...this.#begun].map(([trial, choices]) => [trial, ...choices])
    return { begun: joinRows(begun), told: joinRows(this.#told) }
  }

  restore(state: AgentState): void {
    const { sites, features } = this.#options
    this.#begun.clear()
    for (const row of savedRows(state, 'begun', CHOICE * sites + 1)) this.#begun.set(row[0]!, row.slice(1))
    this.#told = savedRows(state, 'told', sites * (CHOICE + features) + 1)
  }
}
