import { toNumbers } from '../../../../graph/tensor.js'
import { GraphError, type Node, type Tensor } from '../../../../graph/types.js'
import type { FoundCall, Place } from './found-call.js'
import { underived } from './underived.js'

/** A weight that a layer has got since it was read. */
export interface AddedWeight {
  /** The setting that says that the layer has it. */
  readonly flag: string
  /** What the manifest is to call it. */
  readonly name: string
  /** What the manifest calls another weight of the layer, if it has any. */
  readonly beside: string | undefined
  readonly tensor: Tensor
}

interface Optional {
  readonly index: number
  readonly name: string
  readonly flag: string
  /** By what the layer computes the same without it. */
  readonly neutral: number
}

const bias: Optional = { index: 2, name: 'bias', flag: 'use_bias', neutral: 0 }
const affine: readonly Optional[] = [
  { index: 1, name: 'gamma', flag: 'scale', neutral: 1 },
  { index: 2, name: 'beta', flag: 'center', neutral: 0 },
]

/** What layers may leave out, by the operator that reads it. */
const optional = new Map<string, readonly Optional[]>([
  ['Conv', [bias]],
  ['ConvTranspose', [bias]],
  ['Gemm', [bias]],
  ['BatchNormalization', affine],
  ['LayerNormalization', affine],
])

/**
 * Weights that a layer was without: training and reconstruction give biases to convolutions and train the scales of norms.
 * @throws GraphError for one that its class has no setting for
 */
export function addedWeights(call: FoundCall): readonly AddedWeight[] {
  return call.imported.flatMap(node =>
    (optional.get(node.op) ?? []).flatMap(({ index, name, flag, neutral }): AddedWeight[] => {
      const tensor = call.constant(node, index)
      const had = call.places.some(place => place.node === node && place.index === index)
      if (had || tensor === undefined || toNumbers(tensor).every(value => value === neutral)) return []
      const sibling = siblingOf(call, node)
      if (name === 'bias' && isHalf(call, node))
        throw new GraphError(`it has got a ${name}, which it cannot hold`)
      const steps = name === 'bias' ? [] : (sibling?.steps ?? [])
      const around = sibling?.weight.split('/').slice(0, -1).join('/') ?? call.settings.name
      const vector = underived(tensor, steps, [tensor.data.length])
      return [{ flag, name: `${around}/${name}`, beside: sibling?.weight, tensor: vector }]
    }),
  )
}

/** A weight that stands along the same channels. */
function siblingOf({ places }: FoundCall, node: Node): Place | undefined {
  return places.findLast(place => place.node === node)
}

/** Whether a convolution is the depthwise one of a separable one, whose bias is that of the other. */
function isHalf({ imported }: FoundCall, node: Node): boolean {
  return imported.slice(imported.indexOf(node) + 1).some(({ op }) => op === 'Conv')
}
