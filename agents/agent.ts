/** What an agent decides on. */
export interface Choice {
  /** Trial number, from 0: exploration depends on it and on the seed alone, never on timing. */
  readonly trial: number
  /** Which of several proposals for the trial it is, from 0; exploration depends on it too. */
  readonly attempt?: number
  /** Site number within the episode, from 0. */
  readonly site: number
  /** Features in [0,1]. */
  readonly observation: readonly number[]
  /** Legal interval of the action, within (0,1]. */
  readonly low: number
  readonly high: number
  /** The action that would spend the budget evenly on this and all later sites, within [low, high]. */
  readonly middle: number
}

/** One executed step of an episode. */
export interface Transition {
  readonly observation: readonly number[]
  readonly low: number
  readonly high: number
  readonly middle: number
  /** The executed action: the share of channels kept after rounding and the budget. */
  readonly action: number
}

/** A told trial as the agent remembers it. */
export interface Episode {
  readonly trial: number
  readonly trajectory: readonly Transition[]
  readonly reward: number
  /** What several aims are weighed by, each larger where better: validation accuracy, then the share saved of each cost that is limited. */
  readonly objectives: readonly number[]
}

/** Walks the environment in thought: what a way of choosing would lead to. Nothing is evaluated. */
export type Imagine = (choose: (choice: Omit<Choice, 'trial'>) => number) => readonly Transition[]

/** What an agent says of itself after learning; absent figures do not apply to it. */
export interface AgentReport {
  readonly phase: 'warm-up' | 'learning' | 'fixed'
  /** Trials that are random by design, before the agent's own choices. */
  readonly warmUp?: number
  /** Standard deviation of the exploration noise at the next trial. */
  readonly noise?: number
  readonly criticLoss?: number
  readonly actorLoss?: number
}

/** All an agent needs to go on exactly where it stood: plain data. */
export interface AgentState {
  readonly numbers: Readonly<Record<string, number>>
  readonly arrays: Readonly<Record<string, Float32Array>>
}

/** Chooses actions and learns from told trials. Owns its random streams, each derived from (seed, trial). */
export interface Agent {
  readonly name: string
  act(choice: Choice): number
  remember(episode: Episode): void
  /**
   * Learns from what it remembers, once a told trial. `trial` is the number of the trial that was told. Gives way to the
   * event loop where it computes for long, so that workers get their next candidate meanwhile.
   */
  learn(trial: number): Promise<AgentReport>
  snapshot(): AgentState
  /** @throws Error where the state is not one of this agent's. */
  restore(state: AgentState): void
  /**
   * After `restore`, of every trial begun before the state was saved, in order: what every trial would add to the state
   * comes from the trials, which are stored anyway. Agents that ask nothing of old trials have no need to.
   */
  recall?(trial: number, trajectory: readonly Transition[]): void
  /**
   * Takes over what an agent of another run has learned, before the first trial; agents that learn nothing have no need to.
   * @throws Error where that was another kind of agent, or saw other features.
   */
  inherit?(state: AgentState): void
  dispose(): Promise<void>
}
