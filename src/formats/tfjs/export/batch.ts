import { GraphError } from '../../../graph/types.js'
import { int, type } from './attribute.js'
import type { Call } from './call.js'
import type { Computed } from './value.js'

/**
 * A value as ONNX lays it out with one place along `axis` as one with a place for each sample: a sum with a zero of each,
 * as TF.js has no nodes for the sizes that the model works out.
 * @throws GraphError where the first output's size along `axis` is not the batch, and for integers
 */
export function eachSample(call: Call, x: Computed, axis: number): Computed {
  const { b } = call
  const samples = call.samples(axis)
  if (samples === undefined || x.dtype !== 'float32')
    throw new GraphError('it repeats a value as many times as a size says that depends on the batch')
  const rank = samples.shape.length
  const all = 2 ** rank - 1
  const [zeros, ones] = [0, 1].map(number => b.integers(new Array<number>(rank).fill(number)))
  // The end of the first axis does not count, the others end after one place.
  const masks = { begin_mask: int(all), end_mask: int(1) }
  const first = b.emit('StridedSlice', [samples.name, zeros!, ones!, ones!], masks)
  const zero = b.emit('ZerosLike', [first])
  const types = { SrcT: type(samples.dtype), DstT: type('float32') }
  const float = samples.dtype === 'float32' ? zero : b.emit('Cast', [zero], types)
  const place = b.integers(x.shape.map((_, other) => (other === axis ? -1 : 1)))
  const name = b.emit('AddV2', [b.emit('Reshape', [float, place]), x.name])
  return { ...x, name, shape: x.shape.map((size, other) => (other === axis ? null : size)) }
}
