import { floatAttribute, intAttribute, intsAttribute } from '../../../graph/attributes.js'
import { floatTensor, int64Tensor } from '../../../graph/tensor.js'
import type { Node, Tensor } from '../../../graph/types.js'
import type { Rewriting, Rule, VersionedRule } from './rule.js'

/** The node without some of its attributes. */
export function without(node: Node, ...names: readonly string[]): Node {
  const kept = Object.entries(node.attributes).filter(([name]) => !names.includes(name))
  return { ...node, attributes: Object.fromEntries(kept) }
}

/** The node with constants behind its first input; undefined is an optional input left out. */
function withInputs(
  node: Node,
  rewriting: Rewriting,
  constants: readonly (readonly [string, Tensor | undefined])[],
): Node {
  const last = constants.findLastIndex(([, tensor]) => tensor !== undefined)
  const added = constants
    .slice(0, last + 1)
    .map(([name, tensor]) => (tensor === undefined ? '' : rewriting.add(`${node.id}/${name}`, tensor)))
  return { ...node, inputs: [node.inputs[0] ?? '', ...added] }
}

function ints(node: Node, name: string): Tensor | undefined {
  const found = intsAttribute(node, name, [])
  return found.length === 0 ? undefined : int64Tensor([found.length], found)
}

const axesToInput: Rule = (node, rewriting) => [
  withInputs(without(node, 'axes'), rewriting, [['axes', ints(node, 'axes')]]),
]

/** Split and its kin before 18 share alike among their outputs where no sizes are given. */
const split: Rule = (node, rewriting) => {
  const sizes = rewriting.opset < 13 ? ints(node, 'split') : undefined
  if (sizes !== undefined) return [withInputs(without(node, 'split'), rewriting, [['split', sizes]])]
  if (node.inputs[1] !== undefined && node.inputs[1] !== '') return [node]
  const attributes = {
    ...without(node, 'split').attributes,
    num_outputs: { kind: 'int', value: node.outputs.length } as const,
  }
  return [{ ...node, attributes }]
}

const slice: Rule = (node, rewriting) => [
  withInputs(without(node, 'starts', 'ends', 'axes'), rewriting, [
    ['starts', ints(node, 'starts') ?? int64Tensor([0], [])],
    ['ends', ints(node, 'ends') ?? int64Tensor([0], [])],
    ['axes', ints(node, 'axes')],
  ]),
]

const pad: Rule = (node, rewriting) => {
  const value = floatAttribute(node, 'value', 0)
  return [
    withInputs(without(node, 'pads', 'value'), rewriting, [
      ['pads', ints(node, 'pads') ?? int64Tensor([0], [])],
      ['value', value === 0 ? undefined : floatTensor([], [value])],
    ]),
  ]
}

const clip: Rule = (node, rewriting) => {
  const limit = (name: string) =>
    node.attributes[name] === undefined ? undefined : floatTensor([], [floatAttribute(node, name, 0)])
  return [
    withInputs(without(node, 'min', 'max'), rewriting, [
      ['min', limit('min')],
      ['max', limit('max')],
    ]),
  ]
}

const topK: Rule = (node, rewriting) => [
  withInputs(without(node, 'k'), rewriting, [['k', int64Tensor([1], [intAttribute(node, 'k', 0)])]]),
]

const reductions = ['L1', 'L2', 'LogSum', 'LogSumExp', 'Max', 'Mean', 'Min', 'Prod', 'SumSquare']

/** Operators that took in attributes what they take as inputs now. */
export const attributesToInputs: readonly (readonly [string, VersionedRule])[] = [
  ...reductions.map(name => [`Reduce${name}`, { since: 18, rule: axesToInput }] as const),
  ['ReduceSum', { since: 13, rule: axesToInput }],
  ['Squeeze', { since: 13, rule: axesToInput }],
  ['Unsqueeze', { since: 13, rule: axesToInput }],
  ['Split', { since: 18, rule: split }],
  ['Slice', { since: 10, rule: slice }],
  ['Pad', { since: 11, rule: pad }],
  ['Clip', { since: 11, rule: clip }],
  ['TopK', { since: 10, rule: topK }],
]
