import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * The TensorFlow that the addon is built against: the last small one whose wheel brings the C library and its headers.
 * tfjs-node 4.22 was written for the C interface of 2.9, which later ones keep.
 */
export const tensorflow = {
  version: '2.13.1',
  project: 'tensorflow-cpu',
  wheel: 'tensorflow_cpu-2.13.1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl',
  sha256: '87be6e61314b2c0fa062f71e26e41d6a17e162ffe4da72c820fe8f1fc94d97fe',
  libraries: ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'],
} as const

/** Where caches of the user stand. */
function cacheHome(): string {
  return process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
}

/** The folder of the addon and its libraries, outside node_modules so that a new install keeps it. */
export function nativeHome(): string {
  return join(cacheHome(), 'pare', `tensorflow-${tensorflow.version}-${process.platform}-${process.arch}`)
}

/** The addon; it finds the libraries beside itself. */
export function addonFile(): string {
  return join(nativeHome(), 'tfjs_binding.node')
}
