import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { type KernelConfig, slice_util } from '@tensorflow/tfjs-core'

/** Copies runs within the heap; the WASM backend first copies the whole tensor out of it, however small the slice. */
export const slice: KernelConfig = {
  kernelName: 'Slice',
  backendName: 'wasm',
  kernelFunc({ inputs, attrs, backend }) {
    const x = inputs.x!
    const wasm = backend as BackendWasm
    const wanted = attrs as { readonly begin: number | number[]; readonly size: number | number[] }
    const [begin = [], size = []] = slice_util.parseSliceParams(x, wanted.begin, wanted.size)
    // Making the output may move the heap, so that views are taken after it.
    const output = wasm.makeOutput(size, x.dtype)
    const from = wasm.typedArrayFromHeap(x)
    const to = wasm.typedArrayFromHeap(output)
    copyRuns(from, to, x.shape, begin, size)
    return output
  },
}

function copyRuns(
  from: ReturnType<BackendWasm['typedArrayFromHeap']>,
  to: ReturnType<BackendWasm['typedArrayFromHeap']>,
  shape: readonly number[],
  begin: readonly number[],
  size: readonly number[],
): void {
  // The last axis that is cut, and all behind it, lie in one run.
  let cut = shape.length - 1
  while (cut > 0 && size[cut] === shape[cut]) cut--
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, n) => product * n, 1))
  const run = size.slice(Math.max(0, cut)).reduce((product, n) => product * n, 1)
  const outer = size.slice(0, Math.max(0, cut))
  const at = outer.map(() => 0)
  const start = begin.reduce((sum, first, axis) => sum + first * strides[axis]!, 0)
  for (let offset = 0; offset < to.length; offset += run) {
    const first = at.reduce((sum, index, axis) => sum + index * strides[axis]!, start)
    to.set(from.subarray(first, first + run), offset)
    for (let axis = outer.length - 1; axis >= 0 && ++at[axis]! === outer[axis]; axis--) at[axis] = 0
  }
}
