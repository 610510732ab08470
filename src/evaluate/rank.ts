import { rankByWeights } from '../compress/criteria/by-weights.js'
import { type CriterionName, isWeightCriterion } from '../compress/criteria/criterion.js'
import { rankByEnergy } from '../compress/criteria/energy.js'
import type { Ranking } from '../compress/criteria/ranking.js'
import { rankByReconstruction } from '../compress/criteria/reconstruction.js'
import { type LossChanges, producingNodes, rankByTaylor } from '../compress/criteria/taylor.js'
import type { Moments } from '../compress/moments.js'
import type { DataSet } from '../data/dataset.js'
import type { ChannelGroup } from '../graph/groups.js'
import { elementCount } from '../graph/tensor.js'
import type { Graph } from '../graph/types.js'

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
  const n = Math.min(samples, train.n)
  return {
    samples: train.samples.subarray(0, n * elementCount(sampleShape)),
    labels: train.labels.subarray(0, n),
    sampleShape,
    classes,
  }
}
