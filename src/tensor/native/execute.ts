import { engine, type Tensor } from '@tensorflow/tfjs-core'

/** An attribute of one of TensorFlow's operations, by the type that it has there. */
export type Attribute =
  | { readonly name: string; readonly type: 'INT'; readonly value: number | readonly number[] }
  | { readonly name: string; readonly type: 'FLOAT'; readonly value: number }
  | { readonly name: string; readonly type: 'STRING'; readonly value: string }
  | { readonly name: string; readonly type: 'BOOL'; readonly value: boolean }
  | { readonly name: string; readonly type: 'TYPE'; readonly value: 'FLOAT' }

/** What tfjs-node's backend offers below its kernels. */
interface NativeBackend {
  readonly binding: Readonly<Record<string, number>>
  executeMultipleOutputs(
    op: string,
    attributes: readonly { readonly name: string; readonly type?: number; readonly value: unknown }[],
    inputs: readonly Tensor[],
    outputs: number,
  ): Tensor[]
}

/** Whether this thread now computes with native TensorFlow, whose own gradients are then the faster ones. */
export function isNative(): boolean {
  return engine().backendName === 'tensorflow'
}

/** Runs one of TensorFlow's operations on float32 tensors, where TF.js has no function for what is wanted of it. */
export function execute(
  op: string,
  attributes: readonly Attribute[],
  inputs: readonly Tensor[],
  outputs = 1,
): readonly Tensor[] {
  const backend = engine().backend as object as NativeBackend
  const { binding } = backend
  const all: readonly Attribute[] = [{ name: 'T', type: 'TYPE', value: 'FLOAT' }, ...attributes]
  const typed = all.map(({ name, type, value }) => ({
    name,
    type: binding[`TF_ATTR_${type}`]!,
    value: type === 'TYPE' ? binding[`TF_${value}`] : value,
  }))
  return backend.executeMultipleOutputs(op, typed, inputs, outputs)
}
