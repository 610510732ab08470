import { elementCount, floatTensor, toNumbers } from '../../../../graph/tensor.js'
import { GraphError, type Tensor } from '../../../../graph/types.js'
import { inOrder, kinds } from '../../import/ops/recurrent.js'
import { permute, regroup, reshaped, TO_CHANNELS_LAST } from '../../permute.js'

/**
 * A constant of a Graph as Keras has the weight that the import derived it from, by the steps of its key taken back.
 * @param original the shape of the weight in the model that was read: it tells axes, not sizes
 * @throws GraphError for a step that cannot be taken back
 */
export function underived(constant: Tensor, steps: readonly string[], original: readonly number[]): Tensor {
  return steps.reduceRight((tensor, step) => before(tensor, step, original), constant)
}

function before(tensor: Tensor, step: string, original: readonly number[]): Tensor {
  switch (step) {
    case 'oihw':
    case 'iohw':
      return permute(tensor, [2, 3, 1, 0])
    case 'depthwise':
      return depthwise(tensor, original.at(-1) ?? 1)
    case 'cell':
      return reshaped(tensor, tensor.shape.slice(2))
    case 'row':
      return reshaped(tensor, tensor.shape.slice(1))
    case 'nchw':
      return permute(tensor, TO_CHANNELS_LAST)
    case 'chw':
      return broadcastMap(tensor, original.length)
    // A matrix of attention gets its heads back where their number is known.
    case 'flat':
      return tensor
    case 'deviation':
      return floatTensor(
        tensor.shape,
        toNumbers(tensor).map(x => x * x),
      )
    case 'LSTM':
    case 'GRU':
    case 'RNN':
      return recurrent(tensor, kinds[step].gates, original)
    default:
      return flattened(tensor, step)
  }
}

/** [c * multiplier, 1, rows, columns] as [rows, columns, c, multiplier]. */
function depthwise(tensor: Tensor, multiplier: number): Tensor {
  const [out = 0, , rows = 0, columns = 0] = tensor.shape
  if (out % multiplier !== 0) throw new GraphError(`${out} channels by a multiplier of ${multiplier}`)
  return permute(reshaped(tensor, [out / multiplier, multiplier, rows, columns]), [2, 3, 0, 1])
}

/** What broadcasts to [n, c, h, w] as what broadcasts to [n, h, w, c], with its former number of axes. */
function broadcastMap(tensor: Tensor, rank: number): Tensor {
  const ones = Array.from({ length: 4 - tensor.shape.length }, () => 1)
  const turned = permute(reshaped(tensor, [...ones, ...tensor.shape]), TO_CHANNELS_LAST)
  return reshaped(turned, turned.shape.slice(4 - rank))
}

function recurrent(tensor: Tensor, gates: readonly number[], original: readonly number[]): Tensor {
  const back = gates.map((_, gate) => gates.indexOf(gate))
  if (tensor.shape.length === 3) {
    const [, wide = 0, depth = 0] = tensor.shape
    return permute(inOrder(reshaped(tensor, [wide, depth]), back), [1, 0])
  }
  const both = toNumbers(tensor)
  const wide = both.length / 2
  const halves = [both.slice(0, wide), both.slice(wide)].map(half =>
    toNumbers(inOrder(floatTensor([wide], half), back)),
  )
  if (original.length === 2) return floatTensor([2, wide], halves.flat())
  // One bias does the work of both.
  return floatTensor(
    [wide],
    halves[0]!.map((x, i) => x + halves[1]![i]!),
  )
}

/** Features of a flattened map, channel by channel, as Keras has them, cell by cell. */
function flattened(tensor: Tensor, step: string): Tensor {
  const [, cells] = /^chw_(\d+)x\d+$/.exec(step) ?? []
  const [features = 0] = tensor.shape
  if (cells === undefined || features % Number(cells) !== 0)
    throw new GraphError(`a constant of shape [${tensor.shape}] (${step}), of ${elementCount(tensor.shape)}`)
  return regroup(tensor, 0, features / Number(cells), Number(cells))
}
