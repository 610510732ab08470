import type { Executor, PassOptions } from '../tensor/executor.js'
import type { Tensor } from '../tensor/tf.js'
import { attention } from './attention.js'

/** What a network makes of a batch. */
export interface Seen {
  /** All its outputs as ONNX has them; [rows, classes] of a classifier. */
  readonly outputs: readonly Tensor[]
  /** Attention maps of the values asked for, [rows, places] each, in the order of their names. */
  readonly maps: readonly Tensor[]
}

/** Runs a network on a batch and looks at some of its inner values. Call it within `tidy`. */
export function pass(
  executor: Executor,
  samples: Tensor,
  batchNorm: PassOptions['batchNorm'],
  names: readonly string[] = [],
): Seen {
  const maps = new Map<string, Tensor>()
  const outputs = executor.outputs([samples], {
    batchNorm,
    onMoments: null,
    onValue({ outputs: [name = ''] }, value) {
      if (names.includes(name)) maps.set(name, attention(value))
    },
  })
  return { outputs, maps: names.map(name => maps.get(name)!) }
}
