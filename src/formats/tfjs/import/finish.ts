import { dropUnused } from '../../../graph/constants.js'
import type { DType, Graph, Node, ValueInfo } from '../../../graph/types.js'
import { assertWellFormed } from '../../../graph/well-formed.js'
import { toCanonicalOpset } from '../../onnx/upgrade/canonical.js'
import { SIGNATURE_KEY, signatureText } from '../signature.js'
import type { Builder } from './builder.js'
import { fuseBias } from './fuse-bias.js'
import { fusePads } from './fuse-pads.js'
import { guardPads } from './guard-pads.js'
import { channelsFirst, materialize, physicalShape, plain } from './layout.js'
import { type Computed, channelsFirstLayout, plainLayout, type Size, type Value } from './value.js'

const OPSET = 17
const IR_VERSION = 8

/** A graph input; a 4-D one is a map and becomes [n, c, h, w]. */
export function addInput(b: Builder, name: string, shape: readonly Size[], dtype: DType): Computed {
  const layout = shape.length === 4 ? channelsFirstLayout : plainLayout
  return { kind: 'computed', name: b.unique(name), shape, layout, dtype }
}

/** What the model gives out: its name in the Graph, and what the model's signature calls it. */
export interface NamedValue {
  readonly name: string
  readonly key: string
  readonly value: Value
}

/** A graph input, and what the model's signature calls it. */
export interface NamedInput {
  readonly key: string
  readonly value: Computed
}

/** The finished graph: 4-D outputs are [n, c, h, w], as the inputs are. */
export function finish(
  b: Builder,
  name: string,
  inputs: readonly NamedInput[],
  outputs: readonly NamedValue[],
): Graph {
  b.enter('output')
  const renamed = new Map<string, string>()
  const infos = outputs.map(output => {
    const made = materialize(b, output.value)
    const value = made.shape.length === 4 ? channelsFirst(b, made) : plain(b, made)
    const produced = b.nodes.some(node => node.outputs.includes(value.name)) && !renamed.has(value.name)
    const source = produced ? value.name : b.emit('Identity', [value.name])
    const wanted = b.unique(output.name)
    renamed.set(source, wanted)
    return valueInfo({ ...value, name: wanted })
  })
  const rename = (old: string) => renamed.get(old) ?? old
  const nodes = b.nodes.map(node => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }))
  const graph: Graph = {
    name,
    irVersion: IR_VERSION,
    opset: OPSET,
    otherOpsets: {},
    metadata: {
      [SIGNATURE_KEY]: signatureText({
        inputs: inputs.map(({ key, value }) => [key, value.name]),
        outputs: infos.map((info, i) => [outputs[i]!.key, info.name]),
      }),
    },
    initializers: b.initializers,
    nodes: reachable(
      nodes,
      infos.map(info => info.name),
    ),
    inputs: inputs.map(({ value }) => valueInfo(value)),
    outputs: infos,
  }
  const tidy = dropUnused(guardPads(fuseBias(fusePads(graph))))
  assertWellFormed(tidy)
  return toCanonicalOpset(tidy)
}

function valueInfo(value: Computed): ValueInfo {
  const shape = physicalShape(value).map(
    (size, axis) => size ?? (axis === 0 ? 'batch' : `${value.name}_${axis}`),
  )
  return { name: value.name, dtype: value.dtype, shape }
}

/** The nodes that outputs depend on. */
function reachable(nodes: readonly Node[], outputs: readonly string[]): Node[] {
  const wanted = new Set(outputs)
  return nodes
    .toReversed()
    .filter(node => {
      const used = node.outputs.some(output => wanted.has(output))
      if (used) for (const input of node.inputs) wanted.add(input)
      return used
    })
    .toReversed()
}
