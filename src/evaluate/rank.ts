import { rankByWeights } from '../compress/criteria/by-weights.js'
import { type CriterionName, isWeightCriterion } from '../compress/criteria/criterion.js'
import { rankByEnergy } from '../compress/criteria/energy.js'
import type { Ranking } from '../compress/criteria/ranking.js'
import { rankByReconstruction } from '../compress/criteria/reconstruction.js'
import { type LossChanges, producingNodes, rankByTaylor } from '../compress/criteria/taylor.js'
import type { Moments } from '../compress/moments.js'
import type { DataSet } from '../data/dataset.js'
import type { Goal } from '../data/goals.js'
import { firstOf } from '../data/part.js'
import { classScores } from '../data/single-channel.js'
import type { ChannelGroup } from '../graph/groups.js'
import { type Graph, GraphError } from '../graph/types.js'
import { largestClasses } from './metrics/top-k.js'
import { goalsOf } from './score.js'

/** Training samples that gradients are taken of. */
const SAMPLES = 1024

/** What the channels are ranked by. */
export interface Calibration {
  readonly moments: readonly Moments[]
  readonly data: DataSet
  readonly seed: number | string
}

/**
 * Ranks every group's channels by any criterion.
 * @throws GraphError where the criterion does not apply to the graph.
 */
export async function rankChannels(
  criterion: CriterionName,
  graph: Graph,
  groups: readonly ChannelGroup[],
  { moments, data, seed }: Calibration,
): Promise<Ranking> {
  if (isWeightCriterion(criterion)) return rankByWeights(criterion, graph, groups, seed)
  switch (criterion) {
    case 'energy':
      return rankByEnergy(graph, groups, moments)
    case 'reconstruction':
      return rankByReconstruction(graph, groups, moments)
    case 'taylor':
      if (goalsOf(data.train).every(({ kind, truth }) => kind === 'numbers' && truth === null))
        throw new GraphError(
          '--criterion taylor: without labels numbers have no loss to tell channels apart by',
        )
      return rankByTaylor(groups, await changesOn(graph, groups, data, SAMPLES))
  }
}

/**
 * Takes the gradients of two samples, by which a graph is found out that has none.
 * @throws GraphError naming the node that cannot be trained.
 */
export async function assertTrainable(
  graph: Graph,
  groups: readonly ChannelGroup[],
  data: DataSet,
): Promise<void> {
  await changesOn(graph, groups, data, 2)
}

async function changesOn(
  graph: Graph,
  groups: readonly ChannelGroup[],
  data: DataSet,
  samples: number,
): Promise<LossChanges> {
  // Loaded when called for: TF.js takes a second, which no other criterion need wait.
  const { lossChanges } = await import('../train/loss-changes.js')
  return lossChanges(graph, producingNodes(groups), firstSamples(data, samples))
}

function firstSamples({ train, sampleShape, classes }: DataSet, samples: number) {
  const part = firstOf(train, samples)
  return { ...part, sampleShape, classes, goals: goalsOf(part).map(goal => labelled(goal, part.n)) }
}

/** A goal by which the loss has a gradient: of the original that is none, but the class that it is surest of is one to keep. */
function labelled(goal: Goal, n: number): Goal {
  if (goal.kind === 'numbers' || goal.truth !== null || goal.original === null) return goal
  return { ...goal, truth: largestClasses(classScores(goal.original, n, goal.single), n, goal.places) }
}
