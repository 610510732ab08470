import { foldSizes } from '../graph/fold-sizes.js'
import { fuseLayerNorms } from '../graph/fuse-layer-norm.js'
import type { Graph } from '../graph/types.js'
import { unshareConstants } from '../graph/unshare.js'
import { foldExpressions } from './fold-expressions.js'
import { observeShapes } from './observe.js'

/**
 * A model as it is easiest to understand, computing the same: constant expressions and sizes that no batch changes are
 * constants, layer norms are one operator each, layers share no biases, and no value's shape is unknown.
 * @throws GraphError where ONNX Runtime cannot run the model.
 */
export async function simplify(graph: Graph): Promise<Graph> {
  let folded = graph
  // A folded size may make a shape known, and that another size.
  for (let before: Graph | undefined; before !== folded; ) {
    before = folded
    folded = await foldExpressions(foldSizes(folded))
  }
  return unshareConstants(fuseLayerNorms(await observeShapes(folded)))
}
