import { dropDead } from '../../graph/constants.js'
import { fakeQuantizeOf } from '../../graph/fake-quantize.js'
import { freshNames } from '../../graph/fresh-names.js'
import { PARE_DOMAIN } from '../../graph/pare-domain.js'
import { spellLookups } from '../../graph/spell-lookups.js'
import { type Graph, GraphError } from '../../graph/types.js'
import { rectifyOnce } from '../fold/rectify-once.js'
import { lowerActivation, type Making } from './lower-activation.js'
import { integerBiases } from './lower-bias.js'
import { lowerWeight, roomForInt4 } from './lower-weight.js'
import { repeatQuantizers } from './repeat.js'

/** Elements of constants that are looked for among those before: zero points, mostly. */
const SMALL = 2 ** 12

/**
 * The graph in operators that every runtime has: what is quantised as QuantizeLinear and DequantizeLinear, weights as int8
 * with their scales, biases between quantised operands as int32, looked-up weights spelled out. ONNX Runtime computes
 * exactly the grids of the quantisers.
 *
 * Weights are int8 and values uint8, which ONNX Runtime multiplies fastest on x86. On processors with AVX2 or AVX-512 but
 * without VNNI its kernels add two products in 16 bits, which overflow, and saturate, where weights exceed 64 (Intel,
 * "Nuances of int8 computations"; ONNX Runtime's option session.x64quantprecision avoids it at the price of speed).
 * Weights of 7 bits are at most 63 and never do.
 * @throws GraphError for operators of pare's own that read what they cannot.
 */
export function lowerCompressed(graph: Graph): Graph {
  const spelled = roomForInt4(repeatQuantizers(rectifyOnce(spellLookups(graph))))
  const fresh = freshNames(spelled)
  const initializers = new Map(spelled.initializers)
  const small = new Map<string, string>()
  const make: Making = {
    fresh,
    constant(wish, tensor) {
      const key = tensor.data.length <= SMALL ? `${tensor.dtype} [${tensor.shape}] ${tensor.data.join()}` : ''
      const name = small.get(key) ?? fresh(wish)
      if (key !== '') small.set(key, name)
      initializers.set(name, tensor)
      return name
    },
  }
  const biases = integerBiases(spelled, make)
  const nodes = spelled.nodes.flatMap(node => {
    const q = fakeQuantizeOf(node)
    if (q !== undefined)
      return spelled.initializers.has(q.input) && q.signed
        ? lowerWeight(spelled, node, q, make)
        : lowerActivation(spelled, node, q, make)
    if (node.domain === PARE_DOMAIN) throw new GraphError(`node ${node.id}: unknown operator pare.${node.op}`)
    return biases.get(node.id) ?? [node]
  })
  const { [PARE_DOMAIN]: _, ...otherOpsets } = spelled.otherOpsets
  return dropDead({ ...spelled, nodes, initializers, otherOpsets })
}
