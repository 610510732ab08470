import { toNumbers } from '../graph/tensor.js'
import { type Tensor as Constant, type Graph, GraphError, type Node } from '../graph/types.js'
import { cannotTrain, type OperatorContext } from './ops/operator.js'
import type { Parameters } from './parameters.js'
import type { Sizes } from './sizes.js'
import { type Tensor, tensor, transpose } from './tf.js'
import { asInOnnx, toMap, toOnnx, type Value } from './value.js'
import { type AxisOrder, inverse } from './weight-layout.js'

/** Where a node's inputs come from in one pass. */
interface Sources {
  readonly graph: Graph
  /** What has been computed so far. */
  readonly values: ReadonlyMap<string, Value>
  readonly parameters: Parameters
  readonly known: Sizes
}

type Inputs = Pick<OperatorContext, 'has' | 'value' | 'onnx' | 'map' | 'ordered' | 'numbers' | 'onnxShape'>

/** The inputs of each node, and any value by its name. */
export function inputsOf({ graph, values, parameters, known }: Sources) {
  const value = (name: string): Value => {
    const computed = values.get(name)
    const order = parameters.orderOf(name)
    if (computed !== undefined && order === null) return computed
    const weight = computed?.tensor ?? parameters.get(name)
    if (weight !== undefined) return asInOnnx(reordered(weight, order, null))
    const constant = graph.initializers.get(name)
    if (constant !== undefined) return asInOnnx(constantTensor(name, constant))
    const sizes = known.integers(name)
    if (sizes === undefined) throw new GraphError(`nothing computes ${name}`)
    return asInOnnx(tensor([...sizes], [...known.shape(name)], 'int32'))
  }
  const of = (node: Node): Inputs => {
    const nameOf = (index: number) => {
      const name = node.inputs[index] ?? ''
      if (name === '') throw cannotTrain(node, `a node without its input ${index}`)
      return name
    }
    return {
      has: index => (node.inputs[index] ?? '') !== '',
      value: index => value(nameOf(index)),
      onnxShape: index => known.shape(nameOf(index)),
      onnx: index => toOnnx(value(nameOf(index))),
      map: index => toMap(value(nameOf(index))),
      ordered(index, order) {
        const name = nameOf(index)
        const from = parameters.orderOf(name)
        const weight = parameters.get(name) ?? (from === null ? undefined : values.get(name)?.tensor)
        return weight === undefined
          ? reordered(toOnnx(value(name)), null, order)
          : reordered(weight, from, order)
      },
      numbers(index) {
        const name = node.inputs[index] ?? ''
        const constant = graph.initializers.get(name)
        return constant === undefined ? known.integers(name) : toNumbers(constant)
      },
    }
  }
  return { of, value }
}

/** A tensor whose axes stand in one order of ONNX's, in another. */
function reordered(x: Tensor, from: AxisOrder | null, to: AxisOrder | null): Tensor {
  if (String(from) === String(to)) return x
  const back = from === null ? x : transpose(x, inverse(from))
  return to === null ? back : transpose(back, [...to])
}

const LARGEST = 2 ** 31 - 1

/** A constant that does not learn. int64 becomes int32, TF.js's only integers. */
function constantTensor(name: string, constant: Constant): Tensor {
  const { dtype, shape } = constant
  switch (dtype) {
    case 'bool':
      return tensor(Uint8Array.from(toNumbers(constant)), [...shape], 'bool')
    case 'int32':
    case 'int64':
    case 'int8':
    case 'uint8':
    case 'int16':
    case 'uint16':
      return tensor(
        Int32Array.from(toNumbers(constant), element => Math.max(-LARGEST - 1, Math.min(LARGEST, element))),
        [...shape],
        'int32',
      )
    case 'float32':
    case 'float64':
      return tensor(Float32Array.from(toNumbers(constant)), [...shape], 'float32')
    default:
      throw new GraphError(`constant ${name}: elements of type ${dtype} cannot be trained`)
  }
}
