import { ready, setBackend } from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-wasm'
import { replaceKernels } from './kernels/replace.js'

/**
 * Starts TF.js on its WASM backend (SIMD) in this thread; later calls return at once.
 * @throws Error where it cannot start.
 */
export async function initBackend(): Promise<'wasm'> {
  const before = {
    exceptions: process.listeners('uncaughtException'),
    rejections: process.listeners('unhandledRejection'),
  }
  if (!(await setBackend('wasm'))) throw new Error('the WASM backend of TF.js cannot start')
  await ready()
  replaceKernels()
  // Emscripten's own handlers throw again whatever reaches them, and print their whole source with it.
  for (const handler of process.listeners('uncaughtException')) {
    if (!before.exceptions.includes(handler)) process.off('uncaughtException', handler)
  }
  for (const handler of process.listeners('unhandledRejection')) {
    if (!before.rejections.includes(handler)) process.off('unhandledRejection', handler)
  }
  return 'wasm'
}
