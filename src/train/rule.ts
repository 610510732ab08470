import type { Tensor } from '../tensor/tf.js'
import type { Pace } from './schedule.js'

/** How an optimiser moves all parameters, as one vector, along their gradient. Called within `tidy`. */
export interface Rule {
  /** @returns the new parameters */
  move(values: Tensor, gradient: Tensor, pace: Pace): Tensor
  dispose(): void
}
