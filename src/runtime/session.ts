import './no-telemetry.js'
import * as ort from 'onnxruntime-node'
import { GraphError } from '../graph/types.js'

/** A model loaded in ONNX Runtime on one thread: two runs of the same input give the same bits. */
export interface Session {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** The batch size the model was exported with, where it takes no other; null where any will do. */
  readonly batch: number | null
  /** Runs the model on float32 inputs and returns its float32 outputs. */
  run(inputs: Readonly<Record<string, FloatValue>>): Promise<Readonly<Record<string, FloatValue>>>
  close(): Promise<void>
}

/** A float32 value with its shape. */
export interface FloatValue {
  readonly data: Float32Array
  readonly shape: readonly number[]
}

/** How every session is opened. */
export const sessionOptions: ort.InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  graphOptimizationLevel: 'all',
  // Errors are thrown with their reason; ONNX Runtime would also print them, over the dashboard.
  logSeverityLevel: 4,
}

/**
 * Loads the bytes of an .onnx file, or the file at a path and the weights beside it.
 * @throws GraphError with ONNX Runtime's own reason where it refuses the model.
 */
export async function openSession(model: Uint8Array | string): Promise<Session> {
  let session: ort.InferenceSession
  try {
    session = await (typeof model === 'string'
      ? ort.InferenceSession.create(model, sessionOptions)
      : ort.InferenceSession.create(model, sessionOptions))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new GraphError(`ONNX Runtime refuses the model: ${reason.split('\n')[0]}`, { cause })
  }
  return {
    inputs: session.inputNames,
    outputs: session.outputNames,
    batch: fixedBatch(session.inputMetadata[0]),
    async run(inputs) {
      const feeds = Object.fromEntries(
        Object.entries(inputs).map(([name, { data, shape }]) => [
          name,
          new ort.Tensor('float32', data, shape),
        ]),
      )
      const results = await session.run(feeds)
      return Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => [name, floatValue(name, tensor)]),
      )
    },
    close: () => session.release(),
  }
}

function floatValue(name: string, tensor: ort.Tensor): FloatValue {
  if (!(tensor.data instanceof Float32Array))
    throw new GraphError(`output ${name}: expected float32, found ${tensor.type}`)
  return { data: tensor.data, shape: tensor.dims }
}

/** The version of ONNX Runtime, for the run's record. */
export const runtimeVersion: string = ort.env.versions.node ?? ort.env.versions.common

function fixedBatch(input: ort.InferenceSession.ValueMetadata | undefined): number | null {
  const batch = input?.isTensor ? input.shape[0] : undefined
  return typeof batch === 'number' ? batch : null
}
