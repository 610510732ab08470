import { grads, mul, sum } from '@tensorflow/tfjs-core'
import { type Tensor, tensor, tidy } from '../../src/tensor/tf.js'

/** An input of a function under test: its elements and shape. */
export interface Input {
  readonly data: Float32Array
  readonly shape: readonly number[]
}

const STEP = 1e-2

/**
 * Largest difference between the gradients of sum(weights * f(inputs)) that TF.js computes and two-sided finite
 * differences, relative to the largest gradient of each input. The sums are taken in double precision.
 */
export function gradientError(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Input[],
  weightOf: (i: number) => number,
): number {
  const tensors = (changed: readonly Float32Array[]) =>
    inputs.map(({ shape }, i) => tensor(changed[i]!, [...shape]))
  const value = (changed: readonly Float32Array[]) =>
    tidy(() =>
      f(...tensors(changed))
        .dataSync<'float32'>()
        .slice(),
    ).reduce((total, y, i) => total + y * weightOf(i), 0)
  const data = inputs.map(input => input.data)
  const analytic = tidy(() =>
    grads((...xs: Tensor[]) => {
      const y = f(...xs)
      return sum(
        mul(
          y,
          tensor(
            Float32Array.from({ length: y.size }, (_, i) => weightOf(i)),
            y.shape,
          ),
        ),
      )
    })(tensors(data)).map(gradient => gradient.dataSync<'float32'>().slice()),
  )
  return Math.max(
    ...inputs.map((input, which) => {
      const scale = analytic[which]!.reduce((most, g) => Math.max(most, Math.abs(g)), 1)
      return input.data.reduce((worst, x, i) => {
        const moved = (by: number) => data.map((d, j) => (j === which ? d.with(i, x + by) : d))
        const [up, down] = [moved(STEP), moved(-STEP)]
        const numeric = (value(up) - value(down)) / (up[which]![i]! - down[which]![i]!)
        return Math.max(worst, Math.abs(numeric - analytic[which]![i]!) / scale)
      }, 0)
    }),
  )
}
