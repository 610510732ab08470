/**
 * What the time of one layer depends on: the operators that a runtime may run as one, and their sizes for one sample.
 * Plain data; two layers of equal configurations are one measurement.
 */
export interface LayerConfig {
  /** The operators, in order: `Conv+Add+Relu`. */
  readonly ops: string
  /** How it computes; layers of one kind cost alike for each multiplication and each number moved. */
  readonly kind: LayerKind
  readonly inChannels: number
  readonly outChannels: number
  /** Groups of a convolution; its channels where it is depthwise. */
  readonly groups: number
  /** Elements of a channel that is read, and of one that is written. */
  readonly inPositions: number
  readonly outPositions: number
  /** Elements of a filter or a pooling window in one channel. */
  readonly taps: number
  /** Multiply-accumulates for each pair of an input and an output channel of one group. */
  readonly macsPerPair: number
  /** Bits of the weights and of the values that are read; 32 for float. */
  readonly weightBits: number
  readonly activationBits: number
}

export const layerKinds = ['conv', 'pointwise', 'depthwise', 'grouped', 'dense', 'other'] as const

export type LayerKind = (typeof layerKinds)[number]

/** The sizes of a configuration that change where channels go. */
export const sizeFields = ['inChannels', 'outChannels', 'groups', 'inPositions', 'outPositions'] as const

/** What makes a layer cost what it costs, in elements and multiply-accumulates for one sample. */
export interface LayerWork {
  readonly macs: number
  readonly read: number
  readonly written: number
  readonly weights: number
}

export function workOf(config: LayerConfig): LayerWork {
  const pairs = (config.inChannels * config.outChannels) / config.groups
  return {
    macs: pairs * config.macsPerPair,
    read: config.inChannels * config.inPositions,
    written: config.outChannels * config.outPositions,
    weights: config.macsPerPair === 0 ? 0 : pairs * config.taps,
  }
}

/** Equal for equal configurations. */
export function configKey(c: LayerConfig): string {
  const sizes = [c.inChannels, c.outChannels, c.groups, c.inPositions, c.outPositions, c.taps, c.macsPerPair]
  return [c.ops, c.kind, ...sizes, c.weightBits, c.activationBits].join(' ')
}

/** What is fitted together: layers of one kind and precision. */
export function familyOf({ ops, kind, weightBits, activationBits }: LayerConfig): string {
  return `${kind === 'other' ? ops : kind} w${weightBits}a${activationBits}`
}
