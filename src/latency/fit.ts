import { fcnnlsVector } from 'ml-fcnnls'
import { familyOf, type LayerConfig, workOf } from './layer-config.js'
import type { LayerTime, NetworkTime } from './profile.js'
import { termsOf } from './terms.js'

/** Weights of `termsOf`, by family, and the time that any network takes beside its layers. */
export interface FittedTimes {
  readonly fixed: number
  readonly weights: Readonly<Record<string, readonly number[]>>
  /** Of `generalTerms`: what stands for layers like none that was measured. */
  readonly general: readonly number[]
}

/** What any layer has: itself, what it multiplies, reads and writes. */
function generalTerms(config: LayerConfig): readonly number[] {
  const { macs, read, written } = workOf(config)
  return [1, macs, read, written]
}

/** The time of one layer; null where none of its family was measured. */
export function fittedTime({ weights }: FittedTimes, config: LayerConfig): number | null {
  const family = familyOf(config)
  return Object.hasOwn(weights, family) ? weigh(weights[family]!, termsOf(config)) : null
}

/** The time of one layer by what any layer has. */
export function generalTime({ general }: FittedTimes, config: LayerConfig): number {
  return weigh(general, generalTerms(config))
}

function weigh(weights: readonly number[], terms: readonly number[]): number {
  return weights.reduce((sum, weight, i) => sum + weight * terms[i]!, 0)
}

/** How much more a whole network counts than all its layers together: it is measured to a hundredth, a layer to a tenth. */
const WHOLE = 5

/** Keeps terms that go hand in hand from being told apart by noise. */
const RIDGE = 1e-2

/**
 * Weights, none negative, with the least squares of relative errors over layers and whole networks.
 * @param networks those measured whole
 * @param layers those measured alone
 */
export function fitTimes(networks: readonly NetworkTime[], layers: readonly LayerTime[]): FittedTimes {
  const whole = fitFamilies(
    networks.flatMap(network => network.layers),
    networks,
  )
  const alone = new Map<string, LayerTime[]>()
  for (const layer of layers) {
    const family = familyOf(layer.config)
    if (whole.weights[family] === undefined) alone.set(family, [...(alone.get(family) ?? []), layer])
  }
  // Nothing binds families that occur in no network: each is a small problem of its own.
  const weights = [...alone.values()].map(times => fitFamilies(times, []).weights)
  const all = [...networks.flatMap(network => network.layers), ...layers]
  const rows = all.map(({ config, time }) => generalTerms(config).map(term => term / time.median))
  return {
    fixed: whole.fixed,
    weights: Object.assign({}, whole.weights, ...weights),
    general: nonNegative(
      rows,
      rows.map(() => 1),
    ),
  }
}

/** One fit of all families that occur; of nothing, nothing. */
function fitFamilies(
  layers: readonly LayerTime[],
  networks: readonly NetworkTime[],
): Omit<FittedTimes, 'general'> {
  const first = new Map<string, number>()
  let columns = 1
  for (const { config } of layers) {
    const family = familyOf(config)
    if (first.has(family)) continue
    first.set(family, columns)
    columns += termsOf(config).length
  }
  /** Terms of some layers in their families' columns, over a time, so that errors are relative. */
  const row = (configs: readonly LayerConfig[], fixed: number, time: number, weight: number) => {
    const values = new Array<number>(columns).fill(0)
    values[0] = fixed
    for (const config of configs) {
      const at = first.get(familyOf(config))!
      termsOf(config).forEach((term, i) => {
        values[at + i]! += term
      })
    }
    return values.map(value => (value * weight) / time)
  }
  const rows = layers.map(({ config, time }) => row([config], 0, time.median, 1))
  const targets = layers.map(() => 1)
  for (const { layers: parts, time } of networks) {
    const weight = WHOLE * Math.sqrt(parts.length)
    rows.push(
      row(
        parts.map(({ config }) => config),
        1,
        time.median,
        weight,
      ),
    )
    targets.push(weight)
  }
  const weights = nonNegative(rows, targets)
  return {
    fixed: weights[0] ?? 0,
    weights: Object.fromEntries(
      [...first].map(([family, at], i) => [family, weights.slice(at, [...first.values()][i + 1] ?? columns)]),
    ),
  }
}

/** Least squares with a little ridge; columns are scaled to one length first, as terms differ by orders of magnitude. */
function nonNegative(rows: readonly (readonly number[])[], targets: readonly number[]): number[] {
  // Nothing was measured: nothing has a weight.
  if (rows.length === 0) return []
  const lengths = Array.from(
    { length: rows[0]?.length ?? 0 },
    (_, j) => Math.hypot(...rows.map(row => row[j]!)) || 1,
  )
  const scaled = rows.map(row => row.map((value, j) => value / lengths[j]!))
  const ridge = lengths.map((_, j) => lengths.map((_, i) => (i === j ? RIDGE : 0)))
  const solved = fcnnlsVector([...scaled, ...ridge], [...targets, ...lengths.map(() => 0)])
  return solved.K.to1DArray().map((weight, j) => weight / lengths[j]!)
}
