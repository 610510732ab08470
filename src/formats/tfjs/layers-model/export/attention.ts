import { floats } from '../../../../graph/tensor.js'
import { GraphError, type Node, type Tensor } from '../../../../graph/types.js'
import { reshaped } from '../../permute.js'
import { type FoundCall, manifestName, type Rewritten } from './found-call.js'

/**
 * An attention of fewer and narrower heads. The layer divides by the root of its width, the graph by that of the width
 * before: the query takes the difference.
 */
export function rewrittenAttention(call: FoundCall): Rewritten {
  const [query, key, value] = ['query', 'key', 'value'].map(name => headsOf(call, name))
  const { key_dim, value_dim, output_shape } = call.settings
  if (typeof key_dim !== 'number') throw new GraphError('its key_dim is no number')
  const factor = Math.sqrt(query!.width / key_dim)
  const apart = (name: string): Tensor => {
    const [part = '', kind] = name.split('/')
    const tensor = call.weight(name)
    if (part === 'attention_output')
      return kind === 'bias' ? tensor : reshaped(tensor, [value!.count, value!.width, tensor.shape.at(-1)!])
    const { count, width } = { query, key, value }[part as 'query' | 'key' | 'value']!
    const split = reshaped(tensor, [...tensor.shape.slice(0, -1), count, width])
    return part === 'query' ? scaled(split, factor) : split
  }
  const weights = new Map(call.weights.map(read => [read, apart(read.name)]))
  const sizes = new Map([...weights].map(([{ name }, { shape }]) => [name, shape]))
  const [from, to] = ['query/kernel', 'attention_output/kernel'].map(name => sizes.get(name) ?? [])
  const [depth, out] = [from!.at(0), to!.at(-1)]
  const inputs = ['query', 'key', 'value'].flatMap(name => {
    const shape = call.settings[`${name}_shape`]
    const features = sizes.get(`${name}/kernel`)?.[0]
    return Array.isArray(shape) ? [[`${name}_shape`, [...shape.slice(0, -1), features]] as const] : []
  })
  return {
    weights,
    settings: {
      ...Object.fromEntries(inputs),
      num_heads: query!.count,
      key_dim: query!.width,
      ...((value_dim != null || value!.width !== query!.width) && { value_dim: value!.width }),
      ...((output_shape != null || out !== depth) && {
        output_shape: typeof output_shape === 'number' ? out : [out],
      }),
    },
  }
}

/** How many heads there are now, and how wide: what a kernel makes is parted into them. */
function headsOf(call: FoundCall, name: string): { readonly count: number; readonly width: number } {
  const kernel = call.weights.find(weight => weight.name === `${name}/kernel`)
  const place = call.places.find(({ weight }) => kernel !== undefined && weight === manifestName(kernel))
  const parted = place && behind(call, place.node)
  const [, , count, width] = (parted && call.shape(parted.outputs[0] ?? '')) ?? []
  if (count === undefined || width === undefined)
    throw new GraphError(`the heads of its ${name} can no longer be told`)
  return { count, width }
}

/** The Reshape behind a node, a bias or none between them. */
function behind({ imported }: FoundCall, node: Node): Node | undefined {
  const reader = imported.find(({ inputs }) => inputs.includes(node.outputs[0] ?? ''))
  if (reader?.op === 'Reshape') return reader
  const next = imported.find(({ inputs }) => inputs.includes(reader?.outputs[0] ?? ' '))
  return reader?.op === 'Add' && next?.op === 'Reshape' ? next : undefined
}

function scaled(tensor: Tensor, factor: number): Tensor {
  return factor === 1 ? tensor : { ...tensor, data: floats(tensor).map(value => value * factor) }
}
