import type { Ranking } from '../compress/criteria/ranking.js'
import type { Moments } from '../compress/moments.js'
import type { DataSet } from '../data/dataset.js'
import type { ChannelGroup } from '../graph/groups.js'
import type { Graph } from '../graph/types.js'
import type { FineTuneOptions } from '../train/options.js'
import type { Predictors } from './device-costs.js'

/** How candidates are fine-tuned, on the rungs and in the finals, and on which backend. */
export type FineTuneSettings = Pick<FineTuneOptions, 'epochs' | 'batchSize' | 'learningRate' | 'backend'> &
  Partial<Pick<FineTuneOptions, 'balance'>>

/**
 * All that evaluations share, as plain data. It is handed to each worker once, with samples and moments on shared
 * memory; a task then says no more than which channels stay.
 */
export interface EvaluationContext {
  readonly graph: Graph
  readonly groups: readonly ChannelGroup[]
  readonly ranking: Ranking
  readonly moments: readonly Moments[]
  readonly data: DataSet
  readonly fineTune: FineTuneSettings
  /** None where nothing is limited on a device. */
  readonly predictors?: Predictors
  readonly seed: string
}
