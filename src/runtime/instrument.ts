import type { FloatValue } from './session.js'

/** Times whole networks and their kernels in one runtime. */
export interface Instrument {
  /** e.g. "onnxruntime-node 1.30.0" or "onnxruntime-web 1.30.0 (wasm simd), Chrome/156" */
  readonly runtime: string
  readonly threads: number
  /**
   * Runs some models side by side, one run of each in turn, `runs` times after warm-up.
   * @param models bytes of .onnx files, each with feeds (float32 inputs by name)
   * @returns for each model the milliseconds of every run, in order; and where `kernels` is asked for, for each run of a second session with profiling on, the microseconds of each kernel by its name
   */
  time(models: readonly TimedModel[], runs: number): Promise<readonly ModelTimes[]>
  close(): Promise<void>
}

export interface TimedModel {
  readonly model: Uint8Array
  readonly feeds: Readonly<Record<string, FloatValue>>
  readonly kernels: boolean
}

export interface ModelTimes {
  readonly ms: Float64Array
  /** by run, in execution order */
  readonly kernels: readonly (readonly KernelTime[])[]
}

export interface KernelTime {
  readonly name: string
  readonly op: string
  readonly us: number
}
