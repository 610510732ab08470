import { customGrad, type Tensor } from '../tf.js'

/** A value, what its gradients need, and the gradients of the inputs given the value's. */
interface Differentiated {
  readonly value: Tensor
  /**
   * TF.js frees what the forward pass made, inputs included, before it goes back; what is listed here comes back, in
   * order, as the gradients' second argument.
   */
  readonly saved: readonly Tensor[]
  readonly gradients: (upstream: Tensor, saved: readonly Tensor[]) => Tensor[]
}

/** A differentiable operation of our own over `inputs`, which `compute` closes over. */
export function differentiable(inputs: readonly Tensor[], compute: () => Differentiated): Tensor {
  const operation = customGrad((...args: unknown[]) => {
    const save = args.at(-1) as (tensors: Tensor[]) => void
    const { value, saved, gradients } = compute()
    save([...saved])
    return { value, gradFunc: (upstream: Tensor, kept: Tensor[]) => gradients(upstream, kept) }
  })
  return operation(...inputs)
}
