import type { ComparisonResult } from '../../compare/result.js'
import type { RunDefinition } from '../../search/definition.js'
import type { ModelReport } from '../../search/events.js'
import type { Reproduction, RunReport } from '../run/run-report.js'

/** All that a report tells of a comparison of agents: plain data, read once. */
export interface ComparisonReport extends Pick<ComparisonResult, 'groups' | 'paired'> {
  readonly comparison: string
  /** When it was written, ms since the epoch. */
  readonly writtenAt: number
  /** Whether a process works on it. */
  readonly isWorkedOn: boolean
  readonly agents: readonly string[]
  readonly seeds: readonly number[]
  /** What all runs have in common. */
  readonly definition: Omit<RunDefinition, 'agent' | 'seed'>
  readonly original: ModelReport | null
  /** When the first and the newest event of any run were, ms since the epoch; null before the first. */
  readonly time: RunReport['time']
  /** In the order in which they are worked on. */
  readonly runs: readonly ReportedRun[]
  readonly reproduction: Reproduction
}

/** One of the runs. Scores are fractions, null where it has none yet. */
export interface ReportedRun {
  /** Name of its folder in that of the comparison. */
  readonly name: string
  readonly agent: string
  readonly seed: number
  readonly state: RunReport['state'] | 'waiting'
  /** How the newest process left it; empty where it has not. */
  readonly message: string
  readonly told: number
  readonly planned: number
  /** The best validation score of the search, before fine-tuning. */
  readonly best: number | null
  /** Of the chosen model. */
  readonly val: number | null
  readonly test: number | null
  /** Wall time of the search so far, ms; null before the first trial. */
  readonly searchMs: number | null
}
