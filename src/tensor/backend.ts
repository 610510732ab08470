import { ready, setBackend } from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-wasm'
import { replaceKernels } from './kernels/replace.js'
import { loadNative } from './native/load.js'

/** What computes: TensorFlow's own library, or WebAssembly, which runs everywhere. */
export type BackendName = 'tensorflow' | 'wasm'

/**
 * Makes a backend of TF.js the one that this thread computes with; later calls with the same name return at once. A thread
 * that changes between two must have ended what it computes with the first.
 * @throws Error in one line where it cannot start.
 */
export async function initBackend(name: BackendName): Promise<void> {
  switch (name) {
    case 'tensorflow':
      loadNative()
      break
    case 'wasm':
      break
  }
  const before = {
    exceptions: process.listeners('uncaughtException'),
    rejections: process.listeners('unhandledRejection'),
  }
  if (!(await setBackend(name))) throw new Error(`the ${name} backend of TF.js cannot start`)
  await ready()
  replaceKernels()
  // Emscripten's own handlers throw again whatever reaches them, and print their whole source with it.
  for (const handler of process.listeners('uncaughtException')) {
    if (!before.exceptions.includes(handler)) process.off('uncaughtException', handler)
  }
  for (const handler of process.listeners('unhandledRejection')) {
    if (!before.rejections.includes(handler)) process.off('unhandledRejection', handler)
  }
}

/**
 * The backend that a wish comes to on this machine: `auto` is TensorFlow where it loads, else WASM.
 * @throws Error in one line where the one named does not load.
 */
export function chooseBackend(wanted: 'auto' | BackendName): BackendName {
  switch (wanted) {
    case 'auto':
      return whyNotNative() === null ? 'tensorflow' : 'wasm'
    case 'tensorflow':
      loadNative()
      return 'tensorflow'
    case 'wasm':
      return 'wasm'
  }
}

/** Why native TensorFlow does not load here, in one line; null where it does. */
export function whyNotNative(): string | null {
  try {
    loadNative()
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
