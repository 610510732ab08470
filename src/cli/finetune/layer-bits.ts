import { type QuantizableLayer, quantizableLayers } from '../../compress/quantize/layers.js'
import { type Graph, GraphError } from '../../graph/types.js'
import { UsageError } from '../options/error.js'
import { assertKnown } from '../options/names.js'

const kinds = ['conv', 'dense']

/**
 * Bits of each layer's weight, by its node, as an option says: `5` for all, or `conv=8,dense=5,LAYER=3`, where a layer's
 * own name wins over its kind. Layers that it says nothing of stay float.
 * @throws UsageError for what cannot be read and for layers that are not there, GraphError where none has a constant weight.
 */
export function layerBits(
  graph: Graph,
  option: '--bits' | '--weight-bits',
  text: string,
): ReadonlyMap<string, number> {
  const { layers } = quantizableLayers(graph)
  if (layers.length === 0)
    throw new GraphError('it has no layers with constant weights that could have fewer bits')
  const asked = new Map(
    text.split(',').map(entry => {
      const end = entry.lastIndexOf('=')
      return [
        entry.slice(0, Math.max(0, end)).trim(),
        bitsOf(entry.slice(end + 1).trim(), option, text),
      ] as const
    }),
  )
  const names = layers.map(({ node }) => node)
  const named = [...asked.keys()].filter(name => name !== '')
  assertKnown(`${option}: no layer with a constant weight is called`, named, [...kinds, ...names])
  const found = layers.flatMap(layer => {
    const bits = asked.get(layer.node) ?? asked.get(kindOf(layer)) ?? asked.get('')
    return bits === undefined ? [] : [[layer.node, bits] as const]
  })
  if (found.length === 0) throw new UsageError(`${option} ${text}: the model has no such layers`)
  return new Map(found)
}

function kindOf({ op }: QuantizableLayer): string {
  return op === 'Conv' || op === 'ConvTranspose' ? 'conv' : 'dense'
}

function bitsOf(text: string, option: string, all: string): number {
  if (!/^[1-8]$/.test(text))
    throw new UsageError(`${option}: expected 1 to 8, or a list such as conv=8,dense=5, found ${all}`)
  return Number(text)
}
