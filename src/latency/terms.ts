import { integerTerms } from './integer-terms.js'
import { type LayerConfig, workOf } from './layer-config.js'
import { isWhole, padded, where } from './padded.js'

/** Blocks of channels that kernels of today's processors work in; what is left over is padded, or done by a slower kernel. */
const BLOCKS = [4, 8, 16] as const

/**
 * The terms whose weighted sum is the time of a layer: a constant, and its work in several measures. Weights are not
 * negative, so a term that never explains anything is left out by the fit. Work comes as it is, with channels padded to
 * blocks, and once more where a block is not full: ONNX Runtime computes such a layer in a plainer layout, and has numbers
 * put in order for it.
 */
export function termsOf(config: LayerConfig): readonly number[] {
  if (Math.max(config.weightBits, config.activationBits) <= 8) return integerTerms(config)
  const { kind, inChannels, outChannels, outPositions, taps, macsPerPair, ops } = config
  const { macs, read, written, weights } = workOf(config)
  const added = ops.includes('Add') ? written : 0
  const common = [1, macs, read, written, weights, added]
  switch (kind) {
    case 'other':
      return [1, read, written, written * taps]
    case 'depthwise':
      return [
        ...common,
        ...BLOCKS.map(block => padded(outChannels, block) * macsPerPair),
        ...BLOCKS.flatMap(block => where(!isWhole(outChannels, block), [1, macs, written])),
      ]
    case 'conv':
    case 'grouped':
    case 'pointwise':
    case 'dense': {
      const columns = inChannels * taps * outPositions
      const pair = macsPerPair / config.groups
      return [
        ...common,
        ...BLOCKS.map(block => inChannels * padded(outChannels, block) * pair),
        padded(inChannels, 4) * padded(outChannels, 16) * pair,
        padded(inChannels, 16) * padded(outChannels, 16) * pair,
        ...BLOCKS.flatMap(block =>
          where(!isWhole(inChannels, block), [
            1,
            macs,
            inChannels * padded(outChannels, 16) * pair,
            columns,
            read,
          ]),
        ),
        ...where(inChannels > 16 && !isWhole(inChannels, 4), [1, macs, columns, read]),
        ...where(!isWhole(outChannels, 4), [1, written]),
        ...where(!isWhole(outChannels, 16), [1, written]),
        // What fits one block goes another way.
        ...where(outChannels > 16 && !isWhole(outChannels, 4), [1, written]),
        ...where(inChannels < 16, [1, macs, columns]),
      ]
    }
  }
}
