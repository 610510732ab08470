import { floats, floatTensor } from '../../../../graph/tensor.js'
import { GraphError } from '../../../../graph/types.js'
import type { FoundCall, Rewritten } from './found-call.js'

/**
 * A group normalisation of fewer groups or narrower ones. The graph has a scale and a centre of each group as well, which
 * training may have changed; the layer's own take them.
 */
export function rewrittenGroupNorm(call: FoundCall): Rewritten {
  const norm = call.imported.find(node => node.op === 'InstanceNormalization')
  const inner = norm && [1, 2].map(index => call.constant(norm, index))
  const [scale, centre] = inner ?? []
  if (scale === undefined || centre === undefined) throw new GraphError('its groups can no longer be told')
  const groups = scale.data.length
  const own = new Map(call.weights.map(read => [read, call.weight(read.name)]))
  const isPlain = floats(scale).every(s => s === 1) && floats(centre).every(c => c === 0)
  return {
    weights: isPlain ? own : merged(own, floats(scale), floats(centre)),
    settings: call.settings.groups === -1 ? {} : { groups },
  }
}

function merged(own: Rewritten['weights'], scale: Float32Array, centre: Float32Array): Rewritten['weights'] {
  const gamma = [...own].find(([{ name }]) => name === 'gamma')?.[1]
  if (gamma === undefined || own.size !== 2)
    throw new GraphError('its groups have got a scale, which it cannot hold')
  const size = gamma.data.length / scale.length
  const group = (channel: number) => Math.floor(channel / size)
  const g = floats(gamma)
  return new Map(
    [...own].map(([read, tensor]) => {
      const data = floats(tensor).map((value, c) =>
        read.name === 'gamma' ? value * scale[group(c)]! : value + g[c]! * centre[group(c)]!,
      )
      return [read, floatTensor(tensor.shape, data)]
    }),
  )
}
