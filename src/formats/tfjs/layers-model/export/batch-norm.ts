import { floatTensor, toNumbers } from '../../../../graph/tensor.js'
import { GraphError } from '../../../../graph/types.js'
import type { FoundCall, Rewritten } from './found-call.js'

const EPSILON = 1e-3

/**
 * The weights of a batch normalisation that is no operator of its own: the import made it a product and a sum, or training
 * has put it into the convolution before it. Undefined for one that still is.
 * @throws GraphError where no weights make it what it is
 */
export function rewrittenBatchNorm(call: FoundCall): Rewritten['weights'] | undefined {
  const norm = call.imported.find(node => node.op === 'BatchNormalization')
  if (norm === undefined) {
    const [factor, shift] = ['factor', 'shift'].map(step => {
      const place = call.places.find(({ steps }) => steps[0] === step)
      const tensor = place && call.constant(place.node, place.index)
      if (tensor === undefined) throw new GraphError(`its ${step} can no longer be told from others`)
      return toNumbers(tensor)
    })
    return weightsOf(call, factor!, shift!)
  }
  if (call.now(norm) !== undefined) return undefined
  const [output = ''] = norm.outputs
  const width = call.shape(output)?.[1]
  if (width === undefined || call.maker(output)?.op !== 'Conv')
    throw new GraphError('it can no longer be told from other layers')
  return weightsOf(call, Array<number>(width).fill(1), Array<number>(width).fill(0))
}

/** Weights by which a batch normalisation multiplies and adds what is given, with those that it has. */
function weightsOf(
  { weights, settings }: FoundCall,
  factor: readonly number[],
  shift: readonly number[],
): Rewritten['weights'] {
  const epsilon = typeof settings.epsilon === 'number' ? settings.epsilon : EPSILON
  const has = (name: string) => weights.some(weight => weight.name === name)
  const made = new Map([
    ['gamma', factor],
    ['beta', shift],
    ['moving_mean', shift.map((s, i) => (has('beta') ? 0 : -s / factor[i]!))],
    ['moving_variance', factor.map(f => (has('gamma') ? 1 : 1 / f ** 2) - epsilon)],
  ])
  const holds = has('gamma') || factor.every(f => f > 0)
  if (!holds || made.get('moving_variance')?.some(v => v < 0))
    throw new GraphError('its scale cannot be told without a gamma')
  return new Map(weights.map(read => [read, floatTensor([factor.length], made.get(read.name) ?? [])]))
}
