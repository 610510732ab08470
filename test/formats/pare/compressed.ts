import { type FakeQuantize, fakeQuantizeNode, integerRange } from '../../../src/graph/fake-quantize.js'
import { lookupNode } from '../../../src/graph/lookup.js'
import { elementCount, floats, floatTensor } from '../../../src/graph/tensor.js'
import type { Graph, Node, Tensor } from '../../../src/graph/types.js'
import type { Random } from '../../../src/random.js'

/** What stands before a weight's readers now, and the constants it needs. */
interface Stored {
  readonly node: Node
  readonly constants: ReadonlyMap<string, Tensor>
}

/** A graph whose weights of two axes and more are, at random, quantised, looked up, set to zero for the most part, or left. */
export function compressed(graph: Graph, random: Random): Graph {
  const initializers = new Map(graph.initializers)
  const added: Node[] = []
  const names = new Map<string, string>()
  for (const [name, weight] of graph.initializers) {
    if (weight.dtype !== 'float32' || weight.shape.length < 2) continue
    const way = random.below(4)
    if (way === 3) initializers.set(name, thinned(weight, random))
    if (way > 1) continue
    const { node, constants } = way === 0 ? quantized(name, weight, random) : lookedUp(name, weight, random)
    if (way === 1) initializers.delete(name)
    for (const [constant, tensor] of constants) initializers.set(constant, tensor)
    added.push(node)
    names.set(name, node.outputs[0]!)
  }
  const nodes = graph.nodes.map(node => ({
    ...node,
    inputs: node.inputs.map(name => names.get(name) ?? name),
  }))
  return { ...graph, initializers, nodes: [...added, ...nodes] }
}

function thinned(weight: Tensor, random: Random): Tensor {
  const share = random.uniform()
  return floatTensor(
    weight.shape,
    floats(weight).map(w => (random.uniform() < share ? 0 : w)),
  )
}

function quantized(name: string, weight: Tensor, random: Random): Stored {
  const axis = random.below(3) === 0 ? null : random.below(weight.shape.length)
  const bits = 1 + random.below(8)
  const { high } = integerRange({ bits, signed: true })
  const shape = axis === null ? [[], [1]][random.below(2)]! : [weight.shape[axis]!]
  const largest = floats(weight).reduce((most, w) => Math.max(most, Math.abs(w)), 0)
  const steps = Float32Array.from({ length: elementCount(shape) }, () =>
    random.below(20) === 0 ? 0 : (largest * (0.2 + random.uniform())) / high,
  )
  const quantizer: FakeQuantize = {
    input: name,
    output: `${name}/quantized`,
    scale: `${name}/scale`,
    zeroPoint: '',
    bits,
    signed: true,
    axis,
  }
  const constants = new Map([[quantizer.scale, floatTensor(shape, steps)]])
  return { node: fakeQuantizeNode(`${name}/quantize`, quantizer), constants }
}

function lookedUp(name: string, { shape }: Tensor, random: Random): Stored {
  const size = [1, 2, 3, 16, 17, 256][random.below(6)]!
  const book = Float32Array.from({ length: size }, () => random.normal())
  if (random.below(2) === 0) book[random.below(size)] = 0
  const frequent = random.uniform()
  const data = Uint8Array.from({ length: elementCount(shape) }, () =>
    random.uniform() < frequent ? 0 : random.below(size),
  )
  const lookup = { indices: `${name}/indices`, codebook: `${name}/codebook`, output: `${name}/looked-up` }
  const constants = new Map<string, Tensor>([
    [lookup.indices, { dtype: 'uint8', shape, data }],
    [lookup.codebook, floatTensor([size], book)],
  ])
  return { node: lookupNode(`${name}/lookup`, lookup), constants }
}
