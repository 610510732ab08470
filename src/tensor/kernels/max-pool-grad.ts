import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { backend_util, type KernelConfig } from '@tensorflow/tfjs-core'

type PoolArguments = Parameters<typeof backend_util.computePool2DInfo>
type Pool = ReturnType<typeof backend_util.computePool2DInfo>
type Elements = ReturnType<BackendWasm['typedArrayFromHeap']>

/**
 * Gives each output's gradient to the first largest cell of its window. The WASM backend's own kernel is wrong where
 * windows overlap: a cell that is the largest of several gets the gradient of only one.
 */
export const maxPoolGrad: KernelConfig = {
  kernelName: 'MaxPoolGrad',
  backendName: 'wasm',
  kernelFunc({ inputs, attrs, backend }) {
    const [dy, x] = [inputs.dy!, inputs.input!]
    const { filterSize, strides, pad, dimRoundingMode } = attrs as {
      readonly filterSize: PoolArguments[1]
      readonly strides: PoolArguments[2]
      readonly pad: PoolArguments[4]
      readonly dimRoundingMode?: NonNullable<PoolArguments[5]>
    }
    const shape = x.shape as PoolArguments[0]
    const pool = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode)
    const wasm = backend as BackendWasm
    // Making the output may move the heap, so that views are taken after it.
    const dx = wasm.makeOutput(x.shape, 'float32')
    const to = wasm.typedArrayFromHeap(dx).fill(0)
    scatter(wasm.typedArrayFromHeap(dy), wasm.typedArrayFromHeap(x), to, pool)
    return dx
  },
}

function scatter(dy: Elements, x: Elements, dx: Elements, pool: Pool): void {
  const { batchSize, inHeight, inWidth, outHeight, outWidth, inChannels, strideHeight, strideWidth } = pool
  const { filterHeight, filterWidth, padInfo } = pool
  let output = 0
  for (let n = 0; n < batchSize; n++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const top = oy * strideHeight - padInfo.top
      const [firstY, lastY] = [Math.max(0, top), Math.min(inHeight, top + filterHeight)]
      for (let ox = 0; ox < outWidth; ox++) {
        const left = ox * strideWidth - padInfo.left
        const [firstX, lastX] = [Math.max(0, left), Math.min(inWidth, left + filterWidth)]
        for (let c = 0; c < inChannels; c++, output++) {
          let largest = -1
          for (let y = firstY; y < lastY; y++) {
            const row = (n * inHeight + y) * inWidth
            for (let column = firstX; column < lastX; column++) {
              const cell = (row + column) * inChannels + c
              if (largest === -1 || x[cell]! > x[largest]!) largest = cell
            }
          }
          if (largest !== -1) dx[largest]! += dy[output]!
        }
      }
    }
  }
}
