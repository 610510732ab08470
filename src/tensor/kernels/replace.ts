import { getKernel, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core'
import { identity } from './identity.js'
import { maxPoolGrad } from './max-pool-grad.js'
import { slice } from './slice.js'

/** Puts our kernels in the place of the WASM backend's. */
export function replaceKernels(): void {
  for (const kernel of [identity, maxPoolGrad, slice]) {
    if (getKernel(kernel.kernelName, kernel.backendName)?.kernelFunc === kernel.kernelFunc) continue
    unregisterKernel(kernel.kernelName, kernel.backendName)
    registerKernel(kernel)
  }
}
