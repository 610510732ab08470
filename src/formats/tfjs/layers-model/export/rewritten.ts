import { intAttribute } from '../../../../graph/attributes.js'
import { GraphError } from '../../../../graph/types.js'
import { TO_CHANNELS_LAST } from '../../permute.js'
import { INPUT } from '../layer-call.js'
import { rewrittenAttention } from './attention.js'
import { rewrittenBatchNorm } from './batch-norm.js'
import type { FoundCall, Rewritten } from './found-call.js'
import { rewrittenGroupNorm } from './group-norm.js'

type Settings = Rewritten['settings']

/** A size of a weight: counted from the end where the axis is negative. */
const size =
  (setting: string, name: string, axis: number) =>
  (call: FoundCall): Settings => ({ [setting]: call.weight(name).shape.at(axis) })

const filters = size('filters', 'kernel', -1)
const multiplier = size('depth_multiplier', 'depthwise_kernel', -1)

/** The settings that follow from the sizes of weights, by class; other classes have none. */
const sizes = new Map<string, (call: FoundCall) => Settings>([
  ['Dense', size('units', 'kernel', -1)],
  ['Conv1D', filters],
  ['Conv2D', call => ({ ...filters(call), ...groups(call) })],
  ['Convolution2D', call => ({ ...filters(call), ...groups(call) })],
  ['SeparableConv1D', separable],
  ['SeparableConv2D', separable],
  ['DepthwiseConv2D', multiplier],
  [INPUT, declaredShape],
  ['Conv2DTranspose', size('filters', 'kernel', -2)],
  ['Embedding', size('output_dim', 'embeddings', -1)],
  ['LSTM', size('units', 'recurrent_kernel', 0)],
  ['GRU', size('units', 'recurrent_kernel', 0)],
  ['SimpleRNN', size('units', 'recurrent_kernel', 0)],
  ['Bidirectional', bothWays],
  ['LayerScale', size('projection_dim', 'only', -1)],
  ['Reshape', target],
])

/** A layer as it is now. @throws GraphError where the layer cannot say what it has become. */
export function rewritten(call: FoundCall): Rewritten {
  if (call.className === 'MultiHeadAttention') return rewrittenAttention(call)
  if (call.className === 'GroupNormalization') return rewrittenGroupNorm(call)
  const norm = call.className.startsWith('BatchNormalization') ? rewrittenBatchNorm(call) : undefined
  return {
    weights: norm ?? new Map(call.weights.map(read => [read, call.weight(read.name, read.part)])),
    settings: sizes.get(call.className)?.(call) ?? {},
  }
}

/** TF.js itself does not write the multiplier. */
function separable(call: FoundCall): Settings {
  return { ...size('filters', 'pointwise_kernel', -1)(call), ...multiplier(call) }
}

/** Groups of one channel each go with their channels. */
function groups(call: FoundCall): Settings {
  const conv = call.imported.find(({ op }) => op === 'Conv')
  const now = conv && call.now(conv)
  const before = call.settings.groups
  return typeof before === 'number' && now ? { groups: intAttribute(now, 'group', 1) } : {}
}

/** The layers within a Bidirectional, each of its own width. */
function bothWays(call: FoundCall): Settings {
  const parts = new Set(call.weights.map(({ part }) => part))
  const [forward = 0, backward = 0] = [...parts].map(
    part => call.weight('recurrent_kernel', part).shape[0] ?? 0,
  )
  const { layer, backward_layer } = call.settings
  if (backward_layer == null && forward !== backward)
    throw new GraphError('its two directions have got different widths, which it cannot say')
  return {
    layer: ofWidth(layer, forward),
    ...(backward_layer != null && { backward_layer: ofWidth(backward_layer, backward) }),
  }
}

function ofWidth(layer: unknown, units: number): unknown {
  const spec = layer as { readonly config: Settings }
  return { ...spec, config: { ...spec.config, units } }
}

/** The target of a Reshape, with the sizes that its result has now; what it leaves open stays open. */
function target(call: FoundCall): Settings {
  const { target_shape } = call.settings
  const last = call.imported.at(-1)
  const sizes = last && sizesNow(call, last.outputs[0] ?? '')
  return Array.isArray(target_shape) && sizes?.length === target_shape.length + 1
    ? { target_shape: resized([null, ...target_shape], sizes).slice(1) }
    : {}
}

/** The shape that a model declares of what it is called on, under the names that versions of Keras have for it. */
function declaredShape(call: FoundCall): Settings {
  const names = ['batch_input_shape', 'batch_shape', 'build_input_shape']
  const declared = names.flatMap(name => {
    const shape = call.settings[name]
    return Array.isArray(shape) ? [{ name, shape }] : []
  })
  if (declared.length === 0 || call.output?.kind !== 'computed') return {}
  const sizes = sizesNow(call, call.output.name)
  if (sizes === undefined) throw new GraphError('the shape of its input can no longer be told')
  return Object.fromEntries(declared.map(({ name, shape }) => [name, resized(shape, sizes)]))
}

/** A shape with the sizes that there are now, its batch and what it leaves open as they were. */
function resized(shape: readonly (number | null)[], sizes: readonly number[]): (number | null)[] {
  return shape.map((old, axis) => (axis === 0 || old === null || old < 0 ? old : (sizes[axis] ?? old)))
}

/** TensorFlow's sizes of the call's output now, where the graph has it under a name. */
function sizesNow({ output, shape }: FoundCall, name: string): readonly number[] | undefined {
  const found = shape(name)
  const isMap = output?.kind === 'computed' && output.layout.kind === 'channelsFirst' && found?.length === 4
  return isMap ? TO_CHANNELS_LAST.map(axis => found[axis]!) : found
}
