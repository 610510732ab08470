import { customGrad, type Tensor } from '../tf.js'

/** A value, what its gradients need, and the gradients of the inputs given the value's. */
export interface Differentiated {
  readonly value: Tensor
  /**
   * TF.js frees what the forward pass made, inputs included, before it goes back; what is listed here comes back, in
   * order, as the gradients' second argument.
   */
  readonly saved: readonly Tensor[]
  /** One function an input, called only for the inputs whose gradient is wanted. */
  readonly gradients: (upstream: Tensor, saved: readonly Tensor[]) => readonly (() => Tensor)[]
}

/** Which inputs need no gradient: TF.js asks a custom operation for all it declares, the samples' too. */
export type Constants = readonly Tensor[]

/** A differentiable operation of our own over `inputs`, which `compute` closes over. */
export function differentiable(
  inputs: readonly Tensor[],
  compute: () => Differentiated,
  constants: Constants = [],
): Tensor {
  const wanted = inputs.filter(input => !constants.includes(input))
  if (wanted.length === 0) return compute().value
  const operation = customGrad((...args: unknown[]) => {
    const save = args.at(-1) as (tensors: Tensor[]) => void
    const { value, saved, gradients } = compute()
    save([...saved])
    return {
      value,
      gradFunc: (upstream: Tensor, kept: Tensor[]) =>
        gradients(upstream, kept)
          .filter((_, i) => wanted.includes(inputs[i]!))
          .map(gradient => gradient()),
    }
  })
  return operation(...wanted)
}
