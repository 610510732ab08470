/** Runs models for `probe.ts`, in a process that can be ended at any time: ONNX Runtime itself does not stop a run. */
import './no-telemetry.js'
import * as ort from 'onnxruntime-node'
import { allocate, elementCount } from '../graph/tensor.js'
import type { Answer, Question } from './probe.js'

const options: ort.InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  graphOptimizationLevel: 'disabled',
  logSeverityLevel: 4,
}

async function answer({ model, zeros, withData }: Question): Promise<Answer> {
  try {
    const session = await ort.InferenceSession.create(model, options)
    const feeds = zeros.map(
      ({ name, dtype, shape }) =>
        [name, new ort.Tensor(dtype, allocate(dtype, elementCount(shape)), shape)] as const,
    )
    const results = await session.run(Object.fromEntries(feeds))
    await session.release()
    const values = Object.entries(results).map(([name, { type, dims, data }]) => {
      return { name, type, dims, data: withData ? data : null }
    })
    return { kind: 'values', values }
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    return { kind: 'failed', reason: message.split('\n')[0] ?? '' }
  }
}

process.on('message', async (question: Question) => process.send?.(await answer(question)))
process.on('disconnect', () => process.exit())
