import { type CrossValidation, crossValidate } from './cross-validate.js'
import { type FittedTimes, fitTimes, fittedTime, generalTime } from './fit.js'
import { configKey, type LayerConfig } from './layer-config.js'
import type { NetworkLayer } from './layers.js'
import type { Device, DeviceProfile, EnergyCosts, LayerTime, Roofline } from './profile.js'
import { type Ranges, rangesOf, within } from './ranges.js'
import { energyOf, rooflineOf } from './roofline.js'

/** What tells the time or energy of layers on a device without running them. Plain data, in the device's unit. */
export type Predictor = { readonly device: Device } & (
  | {
      readonly kind: 'fitted'
      readonly fit: FittedTimes
      readonly ranges: Ranges
      /** Times of single layers by configuration, which go before the fit. */
      readonly table: Readonly<Record<string, number>>
      /** The most bits that a layer with weights was measured in, which stand for any more; or int8 and float only. */
      readonly bits: number | 'int8'
      /** Whether no layer without weights was measured: then none counts, as in tables that list layers with weights. */
      readonly weightsOnly: boolean
      /** Of networks that were left out of the fit; null where too few were measured whole. */
      readonly error: CrossValidation | null
    }
  | { readonly kind: 'roofline'; readonly roofline: Roofline }
  | { readonly kind: 'energy'; readonly energy: EnergyCosts }
)

/**
 * Where a figure comes from: measured, from a fit within what was measured or beyond it, or computed from a data sheet;
 * uncounted where the profile is of layers with weights only.
 */
export type Basis = 'measured' | 'fitted' | 'extrapolated' | 'computed' | 'uncounted'

export interface LayerPrediction {
  readonly value: number
  readonly basis: Basis
}

export function createPredictor(profile: DeviceProfile): Predictor {
  const { device } = profile
  switch (profile.kind) {
    case 'roofline':
      return { device, kind: 'roofline', roofline: profile.roofline }
    case 'energy':
      return { device, kind: 'energy', energy: profile.energy }
    case 'measured': {
      const layers = profile.networks.flatMap(network => network.layers)
      const fit = fitTimes(profile.networks, [])
      const error = crossValidate(profile.networks)
      // A layer within a network is measured to a tenth: the fit, which has seen many, is nearer.
      return {
        device,
        kind: 'fitted',
        fit,
        ranges: rangesOf(layers),
        table: {},
        bits: 'int8',
        weightsOnly: false,
        error,
      }
    }
    case 'table': {
      const { layers } = profile
      const fit = fitTimes([], layers)
      return {
        device,
        kind: 'fitted',
        fit,
        ranges: rangesOf(layers),
        table: tableOf(layers),
        bits: mostBits(layers),
        weightsOnly: layers.every(({ config }) => config.kind !== 'other'),
        error: null,
      }
    }
  }
}

function tableOf(layers: readonly LayerTime[]): Readonly<Record<string, number>> {
  return Object.fromEntries(layers.map(({ config, time }) => [configKey(config), time.median]))
}

function mostBits(layers: readonly LayerTime[]): number {
  return layers.reduce(
    (most, { config: { kind, weightBits, activationBits } }) =>
      kind === 'other' ? most : Math.max(most, weightBits, activationBits),
    0,
  )
}

/** As measured with all that runs along, or alone, which an activation hardly changes. */
function measuredTime(table: Readonly<Record<string, number>>, config: LayerConfig): number | undefined {
  const [alone = ''] = config.ops.split('+')
  const known = table[configKey(config)]
  return known ?? (config.ops.includes('Add') ? undefined : table[configKey({ ...config, ops: alone })])
}

/** The time or energy of one layer. */
export function predictLayer(predictor: Predictor, asked: LayerConfig): LayerPrediction {
  switch (predictor.kind) {
    case 'roofline':
      return { value: rooflineOf(predictor.roofline, asked), basis: 'computed' }
    case 'energy':
      return { value: energyOf(predictor.energy, asked), basis: 'computed' }
    case 'fitted': {
      if (predictor.weightsOnly && asked.kind === 'other') return { value: 0, basis: 'uncounted' }
      const config = predictor.bits === 'int8' ? inInt8(asked) : inAtMost(predictor.bits, asked)
      const known = measuredTime(predictor.table, config)
      if (known !== undefined) return { value: known, basis: 'measured' }
      const fitted = fittedTime(predictor.fit, config)
      if (fitted === null) return { value: generalTime(predictor.fit, config), basis: 'extrapolated' }
      return { value: fitted, basis: within(predictor.ranges, config) ? 'fitted' : 'extrapolated' }
    }
  }
}

/** A network's time or energy, with the layers of which nothing like was measured. */
export interface NetworkPrediction {
  readonly value: number
  /** Names of layers whose figure is extrapolated. */
  readonly extrapolated: readonly string[]
}

export function predictNetwork(predictor: Predictor, layers: readonly NetworkLayer[]): NetworkPrediction {
  const parts = layers.map(({ name, config }) => ({ name, ...predictLayer(predictor, config) }))
  return {
    value: parts.reduce((sum, { value }) => sum + value, fixedOf(predictor)),
    extrapolated: parts.flatMap(({ name, basis }) => (basis === 'extrapolated' ? [name] : [])),
  }
}

/** What any network takes beside its layers. */
export function fixedOf(predictor: Predictor): number {
  return predictor.kind === 'fitted' ? predictor.fit.fixed : 0
}

/** ONNX Runtime multiplies integers of 8 bits where both operands have no more, and else floats. */
function inInt8(config: LayerConfig): LayerConfig {
  const bits = Math.max(config.weightBits, config.activationBits) <= 8 ? 8 : 32
  return { ...config, weightBits: bits, activationBits: bits }
}

/** A layer of more bits than a device has runs in the most that it has. */
function inAtMost(most: number, config: LayerConfig): LayerConfig {
  if (config.kind === 'other') return config
  const { weightBits, activationBits } = config
  return { ...config, weightBits: Math.min(weightBits, most), activationBits: Math.min(activationBits, most) }
}
