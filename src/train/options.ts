import type { SparsitySchedule } from '../compress/sparsity/schedule.js'
import type { Sparsity } from '../compress/sparsity/sparsity.js'
import type { Augmentation } from '../data/augment.js'
import type { BackendName } from '../tensor/backend.js'

export const optimizerNames = ['sgd', 'adamw'] as const
export const scheduleNames = ['cosine', 'one-cycle', 'constant'] as const
const scalesNames = ['learned', 'fixed'] as const
export const balanceNames = ['weights', 'uncertainty', 'mgda'] as const
export const distillNames = ['none', 'soft', 'hints', 'mutual'] as const

/** What zeros a network ends with, and how they come. */
export interface SparsityPlan {
  readonly target: Sparsity
  readonly schedule: SparsitySchedule
}

/** How a network is fine-tuned. */
export interface FineTuneOptions {
  readonly epochs: number
  /**
   * Length in steps instead of epochs: the schedule spans them, and the network is judged once, at their end. Null trains
   * `epochs`.
   */
  readonly steps: number | null
  /** Epochs without a better validation after which training ends; null goes on to the last. */
  readonly patience: number | null
  readonly batchSize: number
  /** SGD with Nesterov momentum, or AdamW. */
  readonly optimizer: (typeof optimizerNames)[number]
  /** How the learning rate goes: up and down a half cosine to zero, one cycle with the momentum, or not at all. */
  readonly schedule: (typeof scheduleNames)[number]
  /** Largest learning rate. */
  readonly learningRate: number
  /** Of SGD; AdamW's first beta. One cycle swings by 0.05 around it. */
  readonly momentum: number
  /** Pull of weights (not of scales, shifts and biases) to zero. */
  readonly weightDecay: number
  /**
   * What a teacher gives beside the labels: nothing; its softened distribution (Hinton et al. 2015); that and its attention
   * maps (Zagoruyko & Komodakis 2017); or its distribution while it learns from the student's (Zhang et al. 2018). Without
   * a teacher the labels teach alone.
   */
  readonly distill: (typeof distillNames)[number]
  /** Softness of the teacher's distribution, and its share of the loss in [0,1]. */
  readonly temperature: number
  readonly distillation: number
  /**
   * How the losses of several outputs are weighed: by their weights alone; by uncertainties that are learned (Kendall et al.
   * 2018); or so that each step makes none worse (Sener & Koltun 2018, which takes one backward pass an output).
   */
  readonly balance: (typeof balanceNames)[number]
  /** What the attention maps' distance is multiplied by. */
  readonly hintWeight: number
  /** Pull of the scales of normalisations to zero, by their sign (Liu et al. 2017, network slimming). */
  readonly scaleL1: number
  /** Which weights become zero while training, and how; null leaves them all. */
  readonly sparsity: SparsityPlan | null
  /** Share of each hard target spread over all classes, in [0,1). */
  readonly labelSmoothing: number
  /** Largest length of the whole gradient; longer ones are shortened to it. */
  readonly clipNorm: number
  /** How training images are changed at random, each time anew. */
  readonly augment: readonly Augmentation[]
  /**
   * Whether convolutions get a batch normalisation while training. A network with quantisers or codebooks gets none: it
   * would be folded into weights that have to stay on their grid.
   */
  readonly batchNorm: boolean
  /**
   * Whether the scales of quantisers are trained with the weights (Esser et al. 2020), or stay. Of a depthwise network at
   * 3 bits, learned ones came out two points worse in a short training (bench/low-bits.ts).
   */
  readonly scales: (typeof scalesNames)[number]
  readonly backend: BackendName
  readonly seed: number | string
}

export const fineTuneDefaults = {
  steps: null,
  patience: null,
  optimizer: 'sgd',
  schedule: 'cosine',
  momentum: 0.9,
  weightDecay: 1e-4,
  distill: 'soft',
  temperature: 3,
  distillation: 0.7,
  hintWeight: 1,
  balance: 'weights',
  scaleL1: 0,
  sparsity: null,
  labelSmoothing: 0,
  clipNorm: 5,
  augment: [],
  batchNorm: true,
  scales: 'fixed',
  backend: 'wasm',
} as const satisfies Partial<FineTuneOptions>
