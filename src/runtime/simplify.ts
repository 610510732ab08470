import { foldSizes } from '../graph/fold-sizes.js'
import { foldUniform } from '../graph/fold-uniform.js'
import { fuseLayerNorms } from '../graph/layer-norm/fuse.js'
import { settleReshapes } from '../graph/settle-reshapes.js'
import type { Graph } from '../graph/types.js'
import { unshareConstants } from '../graph/unshare.js'
import { foldExpressions } from './fold-expressions.js'
import { observeShapes } from './observe.js'

/** A model whose sizes depend on each other in more steps was made for the time it takes. */
const MOST_ROUNDS = 16

/** Nodes looked at in all rounds together, likewise: a round takes some 40 microseconds of each. */
const MOST_VISITS = 60_000

/**
 * A model as it is easiest to understand, computing the same: constant expressions and sizes that no batch changes are
 * constants, layer norms are one operator each, layers share no biases, and no value's shape is unknown.
 * @throws GraphError where ONNX Runtime cannot run the model.
 */
export async function simplify(graph: Graph): Promise<Graph> {
  let folded = graph
  // A folded size may make a shape known, and that another size.
  for (let [round, visits] = [0, 0]; round < MOST_ROUNDS && visits < MOST_VISITS; round++) {
    const before = folded
    visits += before.nodes.length
    const grown = Math.max(0, elementsOf(folded) - elementsOf(graph))
    folded = await foldExpressions(foldUniform(foldSizes(settleReshapes(folded))), grown)
    if (folded === before) break
  }
  return unshareConstants(fuseLayerNorms(await observeShapes(folded)))
}

/** Elements of all constants. */
function elementsOf({ initializers }: Graph): number {
  return [...initializers.values()].reduce((sum, { data }) => sum + data.length, 0)
}
