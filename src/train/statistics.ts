import { elementCount } from '../graph/tensor.js'
import type { Executor, PassOptions } from '../tensor/executor.js'
import { tensor, tidy } from '../tensor/tf.js'
import type { ChannelStatistics } from './batch-norm.js'

/** How many samples are taken at a time. */
const BATCH = 128

/**
 * Mean and variance of what each batch normalisation reads, by node id, over the first `limit` samples: pooled over batches, so
 * exact for the mode in which the pass runs ("precise" statistics; a moving average lags behind the last weights).
 */
export function measureStatistics(
  executor: Executor,
  samples: Float32Array,
  sampleShape: readonly number[],
  mode: PassOptions['batchNorm'],
  limit = 1024,
): Map<string, ChannelStatistics> {
  const size = elementCount(sampleShape)
  const n = Math.min(limit, samples.length / size)
  const sums = new Map<string, { mean: Float64Array; square: Float64Array }>()
  for (let first = 0; first < n; first += BATCH) {
    const count = Math.min(BATCH, n - first)
    tidy(() => {
      executor.run(tensor(samples.slice(first * size, (first + count) * size), [count, ...sampleShape]), {
        batchNorm: mode,
        onMoments(node, mean, variance) {
          const [m, v] = [mean.dataSync(), variance.dataSync()]
          const sum = sums.get(node.id) ?? {
            mean: new Float64Array(m.length),
            square: new Float64Array(m.length),
          }
          for (let c = 0; c < m.length; c++) {
            sum.mean[c]! += (m[c]! * count) / n
            sum.square[c]! += ((v[c]! + m[c]! ** 2) * count) / n
          }
          sums.set(node.id, sum)
        },
      })
    })
  }
  return new Map(
    [...sums].map(([id, { mean, square }]) => [
      id,
      {
        mean: Float32Array.from(mean),
        variance: Float32Array.from(square, (s, c) => Math.max(0, s - mean[c]! ** 2)),
      },
    ]),
  )
}
