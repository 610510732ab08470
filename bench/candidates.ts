import { rankByEnergy } from '../src/compress/criteria/energy.js'
import type { Split } from '../src/data/dataset.js'
import { calibrate } from '../src/evaluate/calibrate.js'
import type { EvaluationContext } from '../src/evaluate/context.js'
import type { Candidate } from '../src/evaluate/evaluator.js'
import { channelGroups } from '../src/graph/groups.js'
import { elementCount } from '../src/graph/tensor.js'
import { randomStream } from '../src/random.js'
import type { BackendName } from '../src/tensor/backend.js'
import { loadFashion } from '../test/fixtures/fashion.js'
import { graphOf } from './training.js'

/** What evaluations of a net's candidates share, on few samples: 640 to train with, 500 to score. */
export async function contextOf(file: string, backend: BackendName): Promise<EvaluationContext> {
  const whole = loadFashion()
  const size = elementCount(whole.sampleShape)
  const data = { ...whole, train: first(whole.train, 640, size), val: first(whole.val, 500, size) }
  const graph = graphOf(file)
  const { groups } = channelGroups(graph)
  const moments = await calibrate(graph, data, 1)
  const ranking = rankByEnergy(graph, groups, moments)
  const fineTune = { epochs: 1, batchSize: 64, learningRate: 0.01, backend }
  return { graph, groups, ranking, moments, data, fineTune, seed: '1' }
}

/** A candidate of random widths. */
export function candidateOf({ groups }: EvaluationContext, trial: number): Candidate {
  const random = randomStream(1, trial, 'widths')
  return { trial, keep: Object.fromEntries(groups.map(({ name, size }) => [name, 1 + random.below(size)])) }
}

/** The first samples of a split. */
function first(split: Split, n: number, size: number): Split {
  return { ...split, n, samples: split.samples.slice(0, n * size), labels: split.labels.slice(0, n) }
}
