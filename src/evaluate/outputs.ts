import type { Split } from '../data/dataset.js'
import { elementCount } from '../graph/tensor.js'
import { GraphError } from '../graph/types.js'
import { batchOf } from '../runtime/batch.js'
import type { FloatValue, Session } from '../runtime/session.js'
import type { Cancellation } from './evaluator.js'

/** Samples a run of the model: past this, ONNX Runtime gains nothing and the caches lose. */
const SCORE_BATCH = 50

/** The rows of a run that are of samples, in the order of the model's outputs. */
export interface OutputRows {
  readonly first: number
  readonly rows: number
  readonly outputs: readonly FloatValue[]
}

/**
 * Runs a model on the first `n` samples, as ONNX Runtime computes it, batch by batch. A model that takes one batch size only
 * gets that one, its last batch filled up with zeros.
 * @throws GraphError where an output that is read has not one row a sample; the cancellation's reason once it says stop.
 */
export async function runBatches(
  session: Session,
  split: Pick<Split, 'samples'>,
  sampleShape: readonly number[],
  n: number,
  {
    read,
    onRows,
    cancellation,
  }: {
    /** Places of the outputs that are read, of all where it is missing. */
    readonly read?: readonly number[]
    readonly onRows: (rows: OutputRows) => void
    readonly cancellation?: Cancellation | undefined
  },
): Promise<void> {
  const size = elementCount(sampleShape)
  const [input = ''] = session.inputs
  const batch = await batchOf(session, sampleShape, SCORE_BATCH)
  for (let first = 0; first < n; first += batch) {
    cancellation?.throwIfAborted()
    const run = session.batch ?? Math.min(batch, n - first)
    const rows = Math.min(run, n - first)
    const data = new Float32Array(run * size)
    data.set(split.samples.subarray(first * size, (first + rows) * size))
    const result = await session.run({ [input]: { data, shape: [run, ...sampleShape] } })
    const outputs = session.outputs.map((name, index) => {
      const found = result[name]!
      const isRead = read?.includes(index) ?? true
      if (isRead && found.shape[0] !== run)
        throw new GraphError(`output ${name}: expected one row a sample, found shape [${found.shape}]`)
      return { data: found.data.subarray(0, rows * (found.data.length / run)), shape: found.shape.slice(1) }
    })
    onRows({ first, rows, outputs })
  }
}
