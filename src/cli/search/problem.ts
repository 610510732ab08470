import { assertReachable, type Budget, usualFill } from '../../../envs/budget.js'
import { type CompressionProblem, policyOf } from '../../../envs/compression.js'
import { decisionCosts } from '../../../envs/costs.js'
import { bitsOf, inOrder, rankOf, removalOf, widthOf } from '../../../envs/decidables.js'
import { deviceCost } from '../../../envs/device-cost.js'
import { groupFeatures, layerFeatures } from '../../../envs/features.js'
import { measuredErrors } from '../../../envs/measured.js'
import type { Decidable, SiteFeatures } from '../../../envs/site.js'
import { residualBlocks } from '../../compress/blocks/find.js'
import type { Ranking } from '../../compress/criteria/ranking.js'
import { rankErrors } from '../../compress/factorize/errors.js'
import { splittableLayers } from '../../compress/factorize/layers.js'
import type { Moments } from '../../compress/moments.js'
import type { DecisionKind } from '../../compress/policy.js'
import { bitPlaces } from '../../compress/quantize/places.js'
import { weightErrors } from '../../compress/quantize/weight-errors.js'
import type { SensitivityTable } from '../../compress/sensitivity-table.js'
import { costModel } from '../../graph/cost.js'
import { type CostKind, type DeviceCostKind, isDeviceCost } from '../../graph/cost-kinds.js'
import type { ChannelGroup } from '../../graph/groups.js'
import type { Graph } from '../../graph/types.js'
import { type LayerModel, layerModels } from '../../latency/layer-model.js'
import type { RunDefinition } from '../../search/definition.js'
import { pointsOf } from '../../search/points.js'
import { UsageError } from '../options/error.js'
import { structureOf } from './structure-of.js'

/** What a run decides of a model, and what that costs. */
export interface Decisions {
  /** In decision order. */
  readonly decidables: readonly Decidable[]
  readonly budgets: readonly Budget[]
  /** Of the values in decision order. */
  readonly costs: Readonly<Record<CostKind, (values: ArrayLike<number>) => number>>
}

/** What of a run's definition its decisions depend on. */
export type DecisionRules = Pick<
  RunDefinition,
  'budgets' | 'round' | 'minKeep' | 'decide' | 'weightBits' | 'activationBits' | 'float' | 'blocks'
> &
  Partial<Pick<RunDefinition, 'widths' | 'predictors' | 'fill'>>

/** @throws BudgetError where no legal policy meets the budgets. */
export function decisionsOf(
  { budgets: limits, fill = usualFill, decide, float, blocks, predictors = {}, ...rules }: DecisionRules,
  graph: Graph,
  groups: readonly ChannelGroup[],
): Decisions {
  const places = bitPlaces(graph, new Set(float))
  const splittable = decide.includes('rank') ? splittableLayers(graph) : []
  const decidablesOf = (kind: DecisionKind): readonly Decidable[] => {
    switch (kind) {
      case 'keep':
        return groups.map(group => widthOf(group, rules))
      case 'rank':
        return splittable.flatMap(layer => rankOf(layer, rules))
      case 'blocks':
        return residualBlocks(graph).flatMap(block =>
          Object.hasOwn(blocks, block.name) ? [removalOf(block)] : [],
        )
      case 'weightBits':
      case 'activationBits':
        return places[kind].map(place => bitsOf(kind, place, rules[kind]))
    }
  }
  const decidables = inOrder(graph, groups, decide.flatMap(decidablesOf))
  const contracted = new Map(splittable.map(({ node, contracted }) => [node, contracted]))
  const most = policyOf(
    decidables,
    decidables.map(({ legal }) => legal.at(-1)!),
  )
  const structure = structureOf(graph, groups, most)
  const costs = decisionCosts(decidables, groups, costModel(graph, groups), structure, contracted)
  const onDevice = deviceCostsOf(predictors, graph, groups, decidables)
  const budgets = limits.map(({ kind, limit, aim = limit }) => ({
    kind,
    limit: aim,
    least: fill * aim,
    cost: isDeviceCost(kind) ? onDevice(kind) : costs[kind],
  }))
  assertReachable(budgets, decidables)
  return { decidables, budgets, costs }
}

/** The budgets of a point: the first limits to what it aims at. */
export function budgetsAt(budgets: readonly Budget[], aim: number, fill: number): readonly Budget[] {
  return budgets.map((budget, i) => (i === 0 ? { ...budget, limit: aim, least: fill * aim } : budget))
}

/** @throws BudgetError where a point of a run cannot be met. */
export function assertPoints(
  definition: Pick<RunDefinition, 'budgets' | 'points'>,
  { budgets, decidables }: Decisions,
): void {
  for (const { aim } of pointsOf(definition)) assertReachable(budgetsAt(budgets, aim, 0), decidables)
}

/** The costs on devices, of the values in decision order. @throws UsageError where a device is not known. */
function deviceCostsOf(
  predictors: RunDefinition['predictors'],
  graph: Graph,
  groups: readonly ChannelGroup[],
  decidables: readonly Decidable[],
): (kind: DeviceCostKind) => (values: ArrayLike<number>) => number {
  let models: readonly LayerModel[] | null = null
  return kind => {
    const predictor = predictors[kind]
    if (predictor === undefined) throw new UsageError(`--budget ${kind}: the run has no profile of a device`)
    if (decidables.some(decidable => decidable.kind === 'rank' || decidable.kind === 'blocks'))
      throw new UsageError(
        `--budget ${kind}: what thin layers and removed blocks take is not foretold; limit macs instead`,
      )
    models ??= layerModels(graph, groups)
    return deviceCost(predictor, models, groups, decidables)
  }
}

/** What features are computed from. */
interface Knowledge {
  readonly moments: readonly Moments[]
  readonly ranking: Ranking
  /** What was measured of each decision; null where it is estimated. */
  readonly measured: SensitivityTable | null
  /** The accuracy that each block alone costs, a fraction. */
  readonly blocks: RunDefinition['blocks']
}

/** The decisions with what the agent is told of each. */
export function problemOf(
  { decidables, budgets, costs }: Decisions,
  graph: Graph,
  groups: readonly ChannelGroup[],
  { moments, ranking, measured, blocks }: Knowledge,
): CompressionProblem {
  const ofGroup = groupFeatures(graph, groups, moments, ranking)
  const ofLayers = layerFeatures(graph)
  const kinds = new Set(decidables.map(({ kind }) => kind))
  const bits = kinds.has('weightBits') || kinds.has('activationBits')
  const ofBits = bits ? weightErrors(graph, moments, [4, 2]) : new Map<string, readonly number[]>()
  const ofRanks = kinds.has('rank') ? rankErrors(graph, moments, [0.5, 0.25]) : ofBits
  const featuresOf = (decidable: Decidable): SiteFeatures => {
    if (decidable.kind === 'keep') return ofGroup.get(decidable.name)!
    if (decidable.kind === 'blocks') {
      const drop = Math.max(0, blocks[decidable.name] ?? 0)
      return ofLayers(decidable, { errorAtHalf: drop, errorAtQuarter: drop })
    }
    // How much a layer suffers from coarse weights is the best guess at how it suffers from coarse values.
    const errors = decidable.kind === 'rank' ? ofRanks : ofBits
    const [errorAtHalf = 0, errorAtQuarter = 0] = errors.get(decidable.name) ?? []
    return ofLayers(decidable, { errorAtHalf, errorAtQuarter })
  }
  const sites = decidables.map(decidable => {
    const known = measured === null ? {} : measuredErrors(measured, decidable)
    return { ...decidable, features: { ...featuresOf(decidable), ...known } }
  })
  return { sites, budgets, cost: bits ? (budgets[0]?.cost ?? costs.bitops) : costs.macs }
}
