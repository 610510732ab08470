import { integerRange } from './fake-quantize.js'
import { type StandIn, standInOf } from './stored-weights.js'
import { toNumbers } from './tensor.js'
import { type Graph, GraphError, type Node, type Tensor } from './types.js'

/** @throws GraphError for a quantiser or a codebook whose constants are not what they must be. */
export function assertStandIns(graph: Graph): void {
  for (const node of graph.nodes) {
    const standIn = standInOf(node)
    if (standIn !== undefined) assertConstants(graph, node, standIn)
  }
}

function assertConstants(graph: Graph, node: Node, standIn: StandIn): void {
  const constant = (name: string, dtype: Tensor['dtype']): Tensor => {
    const found = graph.initializers.get(name)
    if (found?.dtype !== dtype)
      throw new GraphError(`node ${node.id} (${node.op}): expected a constant of ${dtype}, found ${name}`)
    return found
  }
  const expect = (holds: boolean, what: string) => {
    if (!holds) throw new GraphError(`node ${node.id} (${node.op}): expected ${what}`)
  }
  switch (standIn.kind) {
    case 'quantizer': {
      const scales = toNumbers(constant(standIn.scale, 'float32'))
      expect(
        scales.length > 0 && scales.every(scale => scale >= 0 && Number.isFinite(scale)),
        'scales of at least 0',
      )
      expect(standIn.axis !== null || scales.length === 1, 'one scale')
      if (standIn.zeroPoint === '') return
      const [zero = Number.NaN, ...others] = toNumbers(constant(standIn.zeroPoint, 'int32'))
      const { low, high } = integerRange(standIn)
      expect(zero >= low && zero <= high && others.length === 0, `a zero point from ${low} to ${high}`)
      return
    }
    case 'lookup': {
      const { length } = constant(standIn.codebook, 'float32').data
      expect(length <= 256, 'a codebook of at most 256 entries')
      const indices = toNumbers(constant(standIn.indices, 'uint8'))
      expect(
        indices.every(index => index < length),
        `indices below ${length}`,
      )
    }
  }
}
