import type { FloatValue } from './session.js'

/** A model to time, as the bytes of an .onnx file with what it is fed. */
export interface TimedModel {
  readonly model: Uint8Array
  readonly feeds: Readonly<Record<string, FloatValue>>
  /** Whether its kernels are timed too, in runs of their own. */
  readonly kernels: boolean
}

/** One kernel of one run, as the runtime has fused it. */
export interface KernelTime {
  /** Made by the runtime from the names of nodes and values. */
  readonly name: string
  readonly op: string
  readonly us: number
}

export interface ModelTimes {
  /** Milliseconds of every run, in order. */
  readonly ms: Float64Array
  /** By run, in the order of execution; empty where kernels were not asked for. */
  readonly kernels: readonly (readonly KernelTime[])[]
}

/** Times whole networks and their kernels in one runtime. */
export interface Instrument {
  /** The runtime with its version. */
  readonly runtime: string
  readonly threads: number
  /**
   * Runs some models side by side, one run of each in turn, `runs` times after warm-up, so that a machine that slows down
   * slows all of them.
   */
  time(models: readonly TimedModel[], runs: number): Promise<readonly ModelTimes[]>
  close(): Promise<void>
}
