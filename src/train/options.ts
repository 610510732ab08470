import type { BackendName } from '../tensor/backend.js'

/** How a network is fine-tuned. */
export interface FineTuneOptions {
  readonly epochs: number
  /**
   * Length in steps instead of epochs: the schedule spans them, and the network is judged once, at their end. Null trains
   * `epochs`.
   */
  readonly steps: number | null
  readonly batchSize: number
  /** Largest learning rate; it rises to it over the first steps and falls along a half cosine to zero. */
  readonly learningRate: number
  readonly momentum: number
  /** Pull of weights (not of scales and shifts) to zero. */
  readonly weightDecay: number
  /** Softness of the teacher's distribution, and its share of the loss in [0,1]. */
  readonly temperature: number
  readonly distillation: number
  /** Share of each hard target spread over all classes, in [0,1). */
  readonly labelSmoothing: number
  /** Largest length of the whole gradient; longer ones are shortened to it. */
  readonly clipNorm: number
  /** Whether convolutions get a batch normalisation while training. */
  readonly batchNorm: boolean
  readonly backend: BackendName
  readonly seed: number | string
}

export const fineTuneDefaults = {
  steps: null,
  momentum: 0.9,
  weightDecay: 1e-4,
  temperature: 3,
  distillation: 0.7,
  labelSmoothing: 0,
  clipNorm: 5,
  batchNorm: true,
  backend: 'wasm',
} as const satisfies Partial<FineTuneOptions>
