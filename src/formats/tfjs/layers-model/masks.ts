import { GraphError } from '../../../graph/types.js'
import type { Value } from '../import/value.js'

/** Layers that compute something else where steps are masked; to others a mask does nothing, and most pass it on. */
const heeding = new Set([
  ...['LSTM', 'GRU', 'SimpleRNN', 'Bidirectional', 'GlobalAveragePooling1D', 'Softmax'],
  ...['MultiHeadAttention', 'Attention', 'AdditiveAttention'],
])

/** The values some of whose steps Keras would leave out. They are followed, as masks themselves are not computed. */
export class Masks {
  readonly #values = new Set<Value>()

  /** @throws GraphError for a layer that would heed the mask of what it reads */
  assertUnheeded(className: string, inputs: readonly Value[]): void {
    if (heeding.has(className) && this.among(inputs))
      throw new GraphError(
        'it skips steps that a mask leaves out (Masking, mask_zero), which is not supported',
      )
  }

  among(values: readonly Value[]): boolean {
    return values.some(value => this.#values.has(value))
  }

  add(values: readonly Value[]): void {
    for (const value of values) this.#values.add(value)
  }
}
