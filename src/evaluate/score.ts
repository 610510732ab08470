import type { Split } from '../data/dataset.js'
import { elementCount } from '../graph/tensor.js'
import { GraphError } from '../graph/types.js'
import { batchOf } from '../runtime/batch.js'
import { openSession, type Session } from '../runtime/session.js'
import type { SampleScores, SplitScore } from './evaluation.js'
import type { Cancellation } from './evaluator.js'

/** Samples a run of the model: past this, ONNX Runtime gains nothing and the caches lose. */
const SCORE_BATCH = 50

/**
 * Logits of a classifier for the first `n` samples, [n, classes] row-major, as ONNX Runtime computes them. A model that
 * takes one batch size only gets that one, its last batch filled up with zeros.
 * @throws GraphError where the first output is not one row a sample.
 */
export async function logitsOf(
  session: Session,
  split: Split,
  sampleShape: readonly number[],
  n = split.n,
  cancellation?: Cancellation,
): Promise<Float32Array> {
  const size = elementCount(sampleShape)
  const [input = ''] = session.inputs
  const [output = ''] = session.outputs
  const batch = await batchOf(session, sampleShape, SCORE_BATCH)
  let logits = new Float32Array()
  for (let first = 0; first < n; first += batch) {
    cancellation?.throwIfAborted()
    const rows = session.batch ?? Math.min(batch, n - first)
    const count = Math.min(rows, n - first)
    const data = new Float32Array(rows * size)
    data.set(split.samples.subarray(first * size, (first + count) * size))
    const result = (await session.run({ [input]: { data, shape: [rows, ...sampleShape] } }))[output]
    if (result?.shape.length !== 2 || result.shape[0] !== rows) {
      throw new GraphError(
        `output ${output}: expected one row of class scores a sample, found shape [${result?.shape}]`,
      )
    }
    const classes = result.shape[1] ?? 0
    if (first === 0) logits = new Float32Array(n * classes)
    logits.set(result.data.subarray(0, count * classes), first * classes)
  }
  return logits
}

/** `logitsOf` a model that is opened for it, an .onnx file as bytes or by its path. */
export async function modelLogits(
  model: Uint8Array | string,
  split: Split,
  sampleShape: readonly number[],
  cancellation?: Cancellation,
): Promise<Float32Array> {
  const session = await openSession(model)
  try {
    return await logitsOf(session, split, sampleShape, split.n, cancellation)
  } finally {
    await session.close()
  }
}

/** Scores logits [n, classes] sample by sample; among equal logits the lowest class wins. */
export function sampleScores(logits: Float32Array, labels: Int32Array, n: number): SampleScores {
  const classes = logits.length / n
  const right = new Uint8Array(n)
  const losses = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const row = logits.subarray(i * classes, (i + 1) * classes)
    let best = 0
    for (let c = 1; c < classes; c++) if (row[c]! > row[best]!) best = c
    let sum = 0
    for (let c = 0; c < classes; c++) sum += Math.exp(row[c]! - row[best]!)
    if (best === labels[i]) right[i] = 1
    losses[i] = row[best]! + Math.log(sum) - row[labels[i]!]!
  }
  return { right, losses }
}

/** Top-1 accuracy and mean cross-entropy. */
export function splitScore({ right, losses }: SampleScores): SplitScore {
  const n = right.length
  const sum = (values: ArrayLike<number>) => {
    let total = 0
    for (let i = 0; i < n; i++) total += values[i]!
    return total
  }
  return { top1: sum(right) / n, loss: sum(losses) / n, n }
}

/** Top-1 accuracy and mean cross-entropy of logits [n, classes]. */
function scoreLogits(logits: Float32Array, labels: Int32Array, n: number): SplitScore {
  return splitScore(sampleScores(logits, labels, n))
}

/** Scores an .onnx file, given as bytes or by its path, on a split. @throws the cancellation's reason once it says stop. */
export async function scoreModel(
  model: Uint8Array | string,
  split: Split,
  sampleShape: readonly number[],
  cancellation?: Cancellation,
): Promise<SplitScore> {
  return scoreLogits(await modelLogits(model, split, sampleShape, cancellation), split.labels, split.n)
}
