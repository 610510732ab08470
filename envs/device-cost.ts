import type { LayerConfig } from '../src/latency/layer-config.js'
import { type AffineSize, configAt, groupsOf, type LayerModel } from '../src/latency/layer-model.js'
import { fixedOf, type Predictor, predictLayer } from '../src/latency/predictor.js'
import { BudgetError } from './budget.js'
import type { Decidable } from './site.js'

/** A number that a layer's time depends on, as a function of the values of the sites, with what it can be. */
interface Variable {
  readonly of: (values: ArrayLike<number>) => number
  /** Ascending. */
  readonly reachable: readonly number[]
  /** What is decided of the layer once the variable has some value, too. */
  readonly decide: (decided: DecidedLayer, value: number) => DecidedLayer
}

/** What is decided of a layer. */
interface DecidedLayer {
  /** Channels that groups lose; of groups that count as one variable the first stands for all. */
  readonly gone: ReadonlyMap<number, number>
  readonly bits: Partial<Pick<LayerConfig, 'weightBits' | 'activationBits'>>
}

/** Legal combinations of a layer that are tabulated at most. */
const MOST_COMBINATIONS = 200_000

/** Slack of a comparison of sums of widths. */
const EPSILON = 1e-6

/**
 * What a network takes on a device, as a function of the values of the sites, by a predictor: never less than what is
 * predicted for whole values, and never falling when one rises. A kernel can be slower for fewer channels; a value then
 * counts what the dearest legal one up to it takes, so that what fits a budget fits it by the predictor too.
 * @param groups the channel groups, in the order of the models' steps
 * @throws BudgetError where the time of a layer depends on too many decisions at once.
 */
export function deviceCost(
  predictor: Predictor,
  models: readonly LayerModel[],
  groups: readonly { readonly name: string; readonly size: number }[],
  sites: readonly Decidable[],
): (values: ArrayLike<number>) => number {
  const layers = models.map(model => layerCost(predictor, model, groups, sites))
  const constant = layers.reduce<number>(
    (sum, cost) => (typeof cost === 'number' ? sum + cost : sum),
    fixedOf(predictor),
  )
  const varying = layers.filter(cost => typeof cost === 'function')
  return values => varying.reduce((sum, cost) => sum + cost(values), constant)
}

/** A layer's time as a function of the values; a number where it depends on none. */
function layerCost(
  predictor: Predictor,
  model: LayerModel,
  groups: readonly { readonly name: string; readonly size: number }[],
  sites: readonly Decidable[],
): number | ((values: ArrayLike<number>) => number) {
  const variables = [...widthsOf(model, groups, sites), ...bitsOf(model, sites)]
  const combinations = variables.reduce((product, { reachable }) => product * reachable.length, 1)
  if (combinations > MOST_COMBINATIONS)
    throw new BudgetError(
      `the time of ${model.layer.name} depends on ${combinations} combinations of decisions; a larger --round makes fewer`,
    )
  const table = new Float64Array(combinations)
  const fill = (variable: number, decided: DecidedLayer, at: number) => {
    const next = variables[variable]
    if (next === undefined) {
      const config = { ...configAt(model, group => decided.gone.get(group) ?? 0), ...decided.bits }
      table[at] = predictLayer(predictor, config).value
      return
    }
    next.reachable.forEach((value, i) => {
      fill(variable + 1, next.decide(decided, value), at * next.reachable.length + i)
    })
  }
  fill(0, { gone: new Map(), bits: {} }, 0)
  if (variables.length === 0) return table[0]!
  raise(
    table,
    variables.map(({ reachable }) => reachable.length),
  )
  return values => {
    let at = 0
    for (const { of, reachable } of variables) at = at * reachable.length + positionOf(reachable, of(values))
    return table[at]!
  }
}

/** Makes a table over ascending values never fall along any of its axes. */
function raise(table: Float64Array, sizes: readonly number[]): void {
  let stride = 1
  for (const size of sizes.toReversed()) {
    for (let i = 0; i < table.length; i++)
      if (Math.floor(i / stride) % size > 0) table[i] = Math.max(table[i]!, table[i - stride]!)
    stride *= size
  }
}

/** The place of the first reachable value that is no less. */
function positionOf(reachable: readonly number[], value: number): number {
  let [low, high] = [0, reachable.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (reachable[middle]! >= value - EPSILON) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * The widths that a layer depends on. Groups that change its sizes in the same proportions, as those that a Concat joins,
 * are one variable: the sum of their channels.
 */
function widthsOf(
  model: LayerModel,
  groups: readonly { readonly name: string; readonly size: number }[],
  sites: readonly Decidable[],
): readonly Variable[] {
  const alike = new Map<string, { group: number; site: number; scale: number }[]>()
  for (const group of groupsOf(model)) {
    const site = sites.findIndex(({ kind, name }) => kind === 'keep' && name === groups[group]!.name)
    if (site < 0) continue
    const steps = Object.values(model.sizes).map(size => stepOf(size, group))
    const scale = steps.find(step => step !== 0)!
    const direction = steps.map(step => step / scale).join(' ')
    alike.set(direction, [...(alike.get(direction) ?? []), { group, site, scale }])
  }
  return [...alike.values()].map(members => {
    const [first] = members
    let sums = new Set([0])
    for (const { site, scale } of members)
      sums = new Set([...sums].flatMap(sum => sites[site]!.legal.map(width => sum + scale * width)))
    const whole = members.reduce((sum, { group, scale }) => sum + scale * groups[group]!.size, 0)
    return {
      of: values => members.reduce((sum, { site, scale }) => sum + scale * values[site]!, 0),
      reachable: [...sums].sort((a, b) => a - b),
      decide: ({ gone, bits }, sum) => ({
        gone: new Map(gone).set(first!.group, (whole - sum) / first!.scale),
        bits,
      }),
    }
  })
}

function stepOf({ steps }: AffineSize, group: number): number {
  return steps.find(step => step.group === group)?.step ?? 0
}

/** The bits that are decided for a layer. */
function bitsOf({ layer }: LayerModel, sites: readonly Decidable[]): readonly Variable[] {
  return sites.flatMap(({ kind, legal, layers }, site): Variable[] => {
    if ((kind !== 'weightBits' && kind !== 'activationBits') || !layers.includes(layer.name)) return []
    return [
      {
        of: values => values[site]!,
        reachable: legal,
        decide: ({ gone, bits }, value) => ({ gone, bits: { ...bits, [kind]: value } }),
      },
    ]
  })
}
