import { intAttribute } from '../../graph/attributes.js'
import { axisAttribute, indexAlong } from '../../graph/axes.js'
import { dropDead } from '../../graph/constants.js'
import { elementTypeCodes } from '../../graph/element-types.js'
import { floatTensor, toNumbers } from '../../graph/tensor.js'
import type { Graph, Node, Tensor } from '../../graph/types.js'

/**
 * A QDQ graph as the float network it stands for, so that it can be pruned or trained again: constants behind
 * DequantizeLinear are float32, and values are not rounded. Grids are forgotten; what is quantised again is calibrated
 * again. Block-wise scales, and integers that other operators make, are left as they are.
 */
export function dequantizeGraph(graph: Graph): Graph {
  const initializers = new Map(graph.initializers)
  const makers = new Map(graph.nodes.flatMap(node => node.outputs.map(name => [name, node] as const)))
  const outputs = new Set(graph.outputs.map(({ name }) => name))
  const alias = new Map<string, string>()
  const nodes: Node[] = []
  for (const original of graph.nodes) {
    const node = { ...original, inputs: original.inputs.map(name => alias.get(name) ?? name) }
    const [input = '', scale = '', zero = ''] = node.inputs
    const [output = ''] = node.outputs
    if (node.domain !== '' || node.op !== 'DequantizeLinear' || outputs.has(output)) {
      nodes.push(node)
      continue
    }
    const constant = constantOf(input, initializers, makers)
    const float = constant && dequantized(node, constant, initializers.get(scale), initializers.get(zero))
    const value = quantizedValue(input, makers)
    if (float !== undefined) initializers.set(output, float)
    else if (value !== undefined) alias.set(output, alias.get(value) ?? value)
    else nodes.push(node)
  }
  return dropDead({ ...graph, nodes, initializers })
}

/** A constant, or that of which a Cast makes int8. */
function constantOf(
  name: string,
  initializers: ReadonlyMap<string, Tensor>,
  makers: ReadonlyMap<string, Node>,
): Tensor | undefined {
  const maker = makers.get(name)
  const cast = maker?.op === 'Cast' && intAttribute(maker, 'to', 0) === elementTypeCodes.int8
  return initializers.get(cast ? (maker.inputs[0] ?? '') : name)
}

/** The float value that integers were made of, clipped between or not. */
function quantizedValue(name: string, makers: ReadonlyMap<string, Node>): string | undefined {
  const maker = makers.get(name)
  if (maker?.op === 'Clip') return quantizedValue(maker.inputs[0] ?? '', makers)
  return maker?.op === 'QuantizeLinear' && maker.domain === '' ? maker.inputs[0] : undefined
}

const integerTypes = new Set(['int4', 'int8', 'uint8', 'int16', 'uint16', 'int32'])

function dequantized(
  node: Node,
  { dtype, shape, data }: Tensor,
  scale: Tensor | undefined,
  zero: Tensor | undefined,
): Tensor | undefined {
  if (!integerTypes.has(dtype) || scale?.dtype !== 'float32' || intAttribute(node, 'block_size', 0) !== 0)
    return undefined
  const scales = toNumbers(scale)
  const zeros = zero === undefined ? [0] : toNumbers(zero)
  const axis = axisAttribute(node, 1, shape.length)
  if (scales.length !== 1 && scales.length !== shape[axis]) return undefined
  const indexOf = indexAlong(shape, axis)
  const at = (numbers: readonly number[], i: number) =>
    numbers.length === 1 ? numbers[0]! : numbers[indexOf(i) % numbers.length]!
  return floatTensor(
    shape,
    Float32Array.from(toNumbers({ dtype, shape, data }), (q, i) => (q - at(zeros, i)) * at(scales, i)),
  )
}
