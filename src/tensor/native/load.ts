import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { getKernel, type KernelBackend, registerBackend } from '@tensorflow/tfjs-core'
import { addonFile } from './home.js'
import { replaceUtilities } from './node-utilities.js'

const require = createRequire(import.meta.url)

/** What pare uses of tfjs-node's addon. */
interface Addon {
  readonly TF_Version: string
}

interface BackendModule {
  readonly NodeJSKernelBackend: new (addon: Addon, packageName: string) => KernelBackend
}

/** What to do where the native backend does not load. */
const buildHint = 'npm run native builds it'

/**
 * Registers native TensorFlow with TF.js in this thread, as `tensorflow`; later calls return at once. Of tfjs-node only the
 * kernels are loaded: its entry point looks for the published binary and makes itself the backend in use.
 * @returns the version of TensorFlow
 * @throws Error in one line where it is not built or does not load.
 */
export function loadNative(addon: string = addonFile()): string {
  if (!existsSync(addon)) throw new Error(`native TensorFlow is not built (${buildHint})`)
  // One thread a worker: the pool fills the cores, and sums do not depend on how work was shared out.
  process.env.TF_NUM_INTRAOP_THREADS ??= '1'
  process.env.TF_NUM_INTEROP_THREADS ??= '1'
  // On older processors oneDNN waits to be asked for.
  process.env.TF_ENABLE_ONEDNN_OPTS ??= '1'
  // oneDNN remembers a kernel for each shape that it met, for the whole process and past the end of the thread that asked:
  // of its 1024, ended workers' would stay. So many are more than one network's, whose steps take as long.
  process.env.ONEDNN_PRIMITIVE_CACHE_CAPACITY ??= '256'
  // Its remarks on the processor would stand in the middle of the dashboard.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  try {
    const binding = require(addon) as Addon
    if (getKernel('Conv2D', 'tensorflow') === undefined) {
      replaceUtilities()
      require('@tensorflow/tfjs-node/dist/register_all_kernels.js')
      const { NodeJSKernelBackend } =
        require('@tensorflow/tfjs-node/dist/nodejs_kernel_backend.js') as BackendModule
      registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node'), 0)
    }
    return binding.TF_Version
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw new Error(`native TensorFlow does not load: ${reason} (${buildHint})`, { cause })
  }
}
