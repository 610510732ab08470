import { intAttribute } from '../../../../graph/attributes.js'
import { GraphError } from '../../../../graph/types.js'
import { TO_CHANNELS_LAST } from '../../permute.js'
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

/** The settings that follow from the sizes of weights, by class; other classes have none. */
const sizes = new Map<string, (call: FoundCall) => Settings>([
  ['Dense', size('units', 'kernel', -1)],
  ['Conv1D', filters],
  ['Conv2D', call => ({ ...filters(call), ...groups(call) })],
  ['Convolution2D', call => ({ ...filters(call), ...groups(call) })],
  ['SeparableConv1D', size('filters', 'pointwise_kernel', -1)],
  ['SeparableConv2D', size('filters', 'pointwise_kernel', -1)],
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
  const before = call.settings.target_shape
  const last = call.imported.at(-1)
  const found = last && call.shape(last.outputs[0] ?? '')
  const isMap = call.output?.kind === 'computed' && call.output.layout.kind === 'channelsFirst'
  const now = isMap && found !== undefined ? TO_CHANNELS_LAST.map(axis => found[axis]) : found
  if (!Array.isArray(before) || now?.length !== before.length + 1) return {}
  return { target_shape: before.map((old, axis) => (old === null || old < 0 ? old : now[axis + 1])) }
}
