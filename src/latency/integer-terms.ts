import { type LayerConfig, workOf } from './layer-config.js'
import { padded } from './padded.js'

/** Outputs that integer kernels round to 8 bits at a time; what is left over they round in smaller blocks, or one by one. */
const ROUNDED = [4, 8, 16] as const

/**
 * The terms of a layer whose weights and values have 8 bits at most. ONNX Runtime computes it with channels last: windows
 * are copied to rows, a segment of channels for each tap; a product of integers follows, of four inputs and sixteen
 * outputs at a time; and every sum is rounded back to 8 bits. A sum of two such layers is rounded too.
 */
export function integerTerms(config: LayerConfig): readonly number[] {
  const { kind, inChannels, outChannels, outPositions, taps, macsPerPair, ops } = config
  const { macs, read, written, weights } = workOf(config)
  if (kind === 'other') return [1, read, written, written * taps]
  const leftOver = (channels: number) => ROUNDED.map(block => (channels % block) * outPositions)
  const added = ops.includes('Add') ? [1, written, ...leftOver(outChannels)] : [0, 0, 0, 0, 0]
  const common = [1, macs, read, written, weights, outPositions, taps * outPositions, ...added]
  const left = leftOver(outChannels)
  if (kind === 'depthwise')
    return [...common, ...left, ...ROUNDED.map(block => padded(outChannels, block) * macsPerPair)]
  const depth = (inChannels / config.groups) * taps
  return [
    ...common,
    ...left,
    inChannels * taps * outPositions,
    padded(depth, 4) * padded(outChannels, 16) * outPositions,
    padded(depth, 4) * outPositions,
    padded(outChannels, 16) * outPositions,
    // Rows of the product that are left over after blocks of four.
    (outPositions % 4) * padded(depth, 4) * padded(outChannels, 16),
  ]
}
