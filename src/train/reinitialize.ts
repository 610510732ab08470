import { foldConstants } from '../graph/constants.js'
import { floatTensor } from '../graph/tensor.js'
import { type Graph, GraphError } from '../graph/types.js'
import { type Random, randomStream } from '../random.js'
import { initBackend } from '../tensor/backend.js'
import { createExecutor } from '../tensor/executor.js'
import { insertBatchNorm, setStatistics } from './batch-norm.js'
import type { Taught } from './batches.js'
import type { FineTuneOptions } from './options.js'
import { type Role, rolesOf } from './roles.js'
import { measureStatistics } from './statistics.js'

/** PyTorch's first slope of a PRelu. */
const SLOPE = 0.25

/** Standard deviation of a learned token, as vision transformers draw it (Dosovitskiy et al. 2021; timm). */
const TOKEN_SPREAD = 0.02

/**
 * The network with all that it has learned forgotten: weights and biases drawn as PyTorch draws those of its layers
 * (Kaiming, uniform within 1 / sqrt(fan-in)), scales 1, shifts 0, tokens normal. Batch normalisations, put in where the options say so,
 * take the statistics that they meet; folded ones could not start at scale 1.
 * @throws GraphError for an operator that cannot be trained, and for quantised or shared weights.
 */
export async function reinitialize(
  graph: Graph,
  { samples, sampleShape }: Pick<Taught, 'samples' | 'sampleShape'>,
  { batchNorm, backend, seed }: Pick<FineTuneOptions, 'batchNorm' | 'backend' | 'seed'>,
): Promise<Graph> {
  const plain = foldConstants(graph)
  const fresh = redrawn(batchNorm ? insertBatchNorm(plain) : plain, seed)
  await initBackend(backend)
  const executor = createExecutor(fresh)
  try {
    return setStatistics(fresh, measureStatistics(executor, samples, sampleShape, 'batch'))
  } finally {
    executor.parameters.dispose()
  }
}

function redrawn(graph: Graph, seed: number | string): Graph {
  const initializers = new Map(graph.initializers)
  const random = randomStream(seed, 0, 'weights')
  for (const [name, role] of rolesOf(graph)) {
    const { shape, data } = graph.initializers.get(name)!
    initializers.set(
      name,
      floatTensor(
        shape,
        Float32Array.from({ length: data.length }, () => drawn(role, random)),
      ),
    )
  }
  return { ...graph, initializers }
}

function drawn(role: Role, random: Random): number {
  switch (role.kind) {
    case 'weight':
    case 'bias':
      return (2 * random.uniform() - 1) / Math.sqrt(role.fanIn)
    case 'table':
      return random.normal()
    case 'token':
      // Not 0, as a shift: equal elements would count as a filling, which does not learn.
      return TOKEN_SPREAD * random.normal()
    case 'scale':
      return 1
    case 'shift':
      return 0
    case 'slope':
      return SLOPE
    case 'step':
    case 'codebook':
      throw new GraphError('quantised or shared weights cannot be drawn anew')
  }
}
