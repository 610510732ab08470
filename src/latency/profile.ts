import type { LayerConfig } from './layer-config.js'

/** What a device is known to take, in which unit: time, energy, or the cycles of a simulator. */
export const profileUnits = ['ms', 'mJ', 'cycles'] as const

export type ProfileUnit = (typeof profileUnits)[number]

/** Of `n` runs after warm-up the median, the 10th and the 90th percentile. */
export interface Spread {
  readonly median: number
  readonly p10: number
  readonly p90: number
  readonly n: number
}

/** One layer as a network ran it. */
export interface LayerTime {
  readonly config: LayerConfig
  readonly time: Spread
}

/** A whole network as it ran, with its layers in order. */
export interface NetworkTime {
  /** The model that it is a variant of, by the name of its file. */
  readonly model: string
  readonly layers: readonly LayerTime[]
  readonly time: Spread
}

/** The place where a model runs. */
export interface Device {
  readonly name: string
  /** The runtime and its version, or where the figures are from. */
  readonly runtime: string
  readonly threads: number
  readonly unit: ProfileUnit
}

/** Hardware as its data sheet has it; a layer takes as long as the slower of computing and moving, and some time besides. */
export interface Roofline {
  /** Multiply-accumulates a second by bits of the wider operand; the next wider stands in for what is not listed. */
  readonly macsPerSecond: Readonly<Record<string, number>>
  readonly bytesPerSecond: number
  /** Seconds that each layer takes beside. */
  readonly overhead: number
}

/** Energy as published per-operation figures have it: what each multiplication, each byte and each layer costs. */
export interface EnergyCosts {
  /** Joules a multiply-accumulate by bits of the wider operand; the next wider stands in for what is not listed. */
  readonly joulesPerMac: Readonly<Record<string, number>>
  readonly joulesPerByte: number
  readonly overhead: number
}

/** What a data sheet says, in the place of measurements. */
export type Sheet =
  | { readonly kind: 'roofline'; readonly roofline: Roofline }
  | { readonly kind: 'energy'; readonly energy: EnergyCosts }

/** All that is known of a device. */
export type DeviceProfile = { readonly device: Device } & (
  | { readonly kind: 'measured'; readonly networks: readonly NetworkTime[] }
  /** Single layers, measured elsewhere; a network takes the sum of its layers. */
  | { readonly kind: 'table'; readonly layers: readonly LayerTime[] }
  | Sheet
)
