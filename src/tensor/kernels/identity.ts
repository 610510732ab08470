import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import type { KernelConfig } from '@tensorflow/tfjs-core'

/**
 * Shares the data under one more reference, as the CPU backend does; the WASM backend copies. TF.js clones every tensor
 * that a gradient needs, so that a training step would copy each of its activations. Tensors never change in place.
 */
export const identity: KernelConfig = {
  kernelName: 'Identity',
  backendName: 'wasm',
  kernelFunc({ inputs, backend }) {
    const x = inputs.x!
    const wasm = backend as BackendWasm
    wasm.incRef(x.dataId)
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype }
  },
}
