import type { Masks } from '../compress/sparsity/sparsity.js'
import { foldConstants } from '../graph/constants.js'
import { floats, floatTensor } from '../graph/tensor.js'
import { type Graph, GraphError } from '../graph/types.js'
import { createExecutor, type Executor, type PassOptions } from '../tensor/executor.js'
import type { Variable } from '../tensor/tf.js'
import { adoptStatistics, foldBatchNorm, insertBatchNorm, setStatistics } from './batch-norm.js'
import { hasFewBits, tunings } from './few-bits.js'
import { createOptimizer, type Optimizer } from './optimizer.js'
import type { FineTuneOptions } from './options.js'
import { decays, rolesOf } from './roles.js'
import { measureStatistics } from './statistics.js'

/** A network that learns. */
export interface Learner {
  readonly executor: Executor
  /** How its batch normalisations normalise while it trains: by the batch where they were put in or kept, else as stored. */
  readonly batchNorm: PassOptions['batchNorm']
  /** What of it is trained. */
  readonly variables: Variable[]
  readonly optimizer: Optimizer
  /** What it has become, batch norm apart. */
  unfolded(): Graph
  /** Makes elements of weights zero from now on; a weight without a mask stays whole. */
  freezeZeros(masks: Masks): void
  /** What it has become, batch norm folded. */
  graph(): Graph
  dispose(): void
}

/** Whose statistics batch normalisations take. */
interface Samples {
  /** [n, ...sampleShape] row-major. */
  readonly samples: Float32Array
  readonly sampleShape: readonly number[]
}

/** Samples whose statistics choose the first scales and shifts, which keep the function whatever the statistics are. */
const START = 256

/** Samples whose statistics a trained network keeps: half as many for one that was only tried for some steps. */
function judgedOver({ steps }: Pick<FineTuneOptions, 'steps'>): number {
  return steps === null ? 1024 : 512
}

/**
 * Makes a graph learn, with a batch normalisation behind its convolutions where the options say so.
 * @throws GraphError for an operator that cannot be trained, and where there are no scales for the options' pull.
 */
export function createLearner(
  original: Graph,
  { samples, sampleShape }: Samples,
  options: Pick<FineTuneOptions, 'batchNorm' | 'optimizer' | 'weightDecay' | 'scaleL1' | 'scales' | 'steps'>,
): Learner {
  // Names as the executor's parameters have them.
  const start = foldConstants(original)
  // A norm would be folded into weights that have to stay on their grid, or among few values.
  const fewBits = hasFewBits(start)
  const normalizes = options.batchNorm && !fewBits
  const graph = normalizes ? withBatchNorm(start, { samples, sampleShape }) : start
  const roles = rolesOf(graph)
  if (options.scaleL1 > 0 && ![...roles.values()].some(({ kind }) => kind === 'scale'))
    throw new GraphError('no scales of channels that could be pulled to zero')
  const executor = createExecutor(graph)
  const tuned = fewBits ? tunings(graph, sampleShape) : null
  const optimized = executor.parameters.trainable().flatMap(([name, variable]) => {
    const role = roles.get(name)!
    if (role.kind === 'step' && options.scales === 'fixed') return []
    const tuning = tuned?.get(name) ?? null
    return [{ name, variable, decays: decays(role), isScale: role.kind === 'scale', tuning }]
  })
  const optimizer = createOptimizer(optimized, options)
  let masked: readonly string[] = []
  return {
    executor,
    batchNorm: normalizes ? 'batch' : 'stored',
    variables: optimized.map(({ variable }) => variable),
    optimizer,
    unfolded: () => executor.parameters.toGraph(),
    freezeZeros(masks) {
      masked = [...masks.keys()]
      const kept = optimized.map(({ name, variable }) => {
        const mask = masks.get(name)
        return mask === undefined
          ? new Float32Array(variable.size).fill(1)
          : executor.parameters.arrange(name, Float32Array.from(mask))
      })
      optimizer.freezeZeros(joined(kept))
    },
    graph() {
      const trained = executor.parameters.toGraph()
      if (!normalizes) return withoutMinus(trained, masked)
      const measured = measureStatistics(executor, samples, sampleShape, 'batch', judgedOver(options))
      return withoutMinus(foldBatchNorm(setStatistics(trained, measured)), masked)
    },
    dispose() {
      optimizer.dispose()
      executor.parameters.dispose()
    },
  }
}

/** The graph with batch normalisations that know their statistics, computing what it computed before. */
function withBatchNorm(graph: Graph, { samples, sampleShape }: Samples): Graph {
  const normalized = insertBatchNorm(graph)
  const executor = createExecutor(normalized)
  try {
    return adoptStatistics(normalized, measureStatistics(executor, samples, sampleShape, 'stored', START))
  } finally {
    executor.parameters.dispose()
  }
}

/** The graph with each -0 of the named weights as 0: what masks and the folding of batch norms leave of negative weights. */
function withoutMinus(graph: Graph, names: readonly string[]): Graph {
  const initializers = new Map(graph.initializers)
  for (const name of names) {
    const weight = graph.initializers.get(name)!
    initializers.set(
      name,
      floatTensor(
        weight.shape,
        floats(weight).map(w => w + 0),
      ),
    )
  }
  return { ...graph, initializers }
}

function joined(arrays: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0))
  arrays.reduce((offset, array) => {
    whole.set(array, offset)
    return offset + array.length
  }, 0)
  return whole
}
