import { intAttribute } from '../../../graph/attributes.js'
import { toNumbers } from '../../../graph/tensor.js'
import { GraphError, type Node } from '../../../graph/types.js'
import { naming } from '../../naming.js'
import { fromCode } from '../../onnx/dtype.js'
import type { Builder } from './builder.js'
import { ruleOf } from './ops/registry.js'
import type { Sizes } from './sizes.js'
import { type Computed, dtypeOf, type Value } from './value.js'

/** What has been written so far. */
export interface Written {
  readonly b: Builder
  readonly sizes: Sizes
  /** The values that nodes may read, by the Graph's names. */
  readonly values: Map<string, Value>
  /** Version of the standard operator set. */
  readonly opset: number
  /** An input with a place for each sample along its first axis; undefined where the batch is fixed. */
  readonly samples: Computed | undefined
}

/** Writes what a node computes. @throws GraphError naming the node where TF.js cannot hold it. */
export function writeNode({ b, sizes, values, opset, samples }: Written, node: Node): void {
  const [first = ''] = node.outputs
  const known = isShapeArithmetic(node, values) ? sizes.numbers(first) : undefined
  if (known !== undefined) {
    const of = values.get(node.inputs[0] ?? '')
    const isWhole = node.op === 'Shape' && Object.keys(node.attributes).length === 0
    values.set(first, known.kind === 'sizes' && isWhole && of !== undefined ? { ...known, of } : known)
    return
  }
  const rule = ruleOf(node)
  naming(`node ${node.id} (${node.op})`, () => {
    if (rule === undefined) throw new GraphError(refusalOf(node))
    b.enter(node.id, node.op)
    const made = rule({
      b,
      node,
      opset,
      inputs: node.inputs.map(name => (name === '' ? undefined : read(values, name))),
      outputs: node.outputs.map(name => sizes.of(name)),
      integers: index => integersOf(sizes.numbers(node.inputs[index] ?? '')),
      samples: axis => (sizes.isBatch(first, axis) ? samples : undefined),
    })
    const results = 'kind' in made ? [made] : made
    results.forEach((value, i) => {
      values.set(node.outputs[i] ?? '', value)
    })
  })
}

const RECURRENT = new Set(['LSTM', 'GRU', 'RNN'])

function refusalOf({ op }: Node): string {
  return RECURRENT.has(op)
    ? 'TF.js graph models hold recurrent layers as loops, which pare does not write'
    : 'TF.js export does not know this operator'
}

const INTEGERS = new Set(['int32', 'int64'])

/** Whether a node computes integers out of shapes and constants; a cast to floats ends that. */
function isShapeArithmetic(node: Node, values: ReadonlyMap<string, Value>): boolean {
  if (node.domain !== '') return false
  if (node.op === 'Shape') return true
  if (node.op === 'Cast' && !INTEGERS.has(fromCode(intAttribute(node, 'to', 0), `node ${node.id}`)))
    return false
  return node.inputs.every(name => {
    const value = values.get(name)
    return name === '' || (value !== undefined && value.kind !== 'computed' && INTEGERS.has(dtypeOf(value)))
  })
}

function read(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name)
  if (value === undefined) throw new GraphError(`it reads ${name}, which TF.js does not compute`)
  return value
}

function integersOf(value: Value | undefined): readonly number[] | undefined {
  return value?.kind === 'constant' ? toNumbers(value.tensor) : undefined
}
