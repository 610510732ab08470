import { rankByWeights } from '../../compress/criteria/by-weights.js'
import { isWeightCriterion } from '../../compress/criteria/criterion.js'
import { decisionKinds } from '../../compress/policy.js'
import { deviceCosts, type Predictors } from '../../evaluate/device-costs.js'
import { modelCost } from '../../evaluate/evaluate-model.js'
import type { Cost } from '../../evaluate/evaluation.js'
import { goalsOf, metricText } from '../../evaluate/score.js'
import { isDeviceCost } from '../../graph/cost-kinds.js'
import { type ChannelGroup, channelGroups } from '../../graph/groups.js'
import { type Graph, GraphError } from '../../graph/types.js'
import { efficientWidths } from '../../latency/efficient-widths.js'
import { layerModels } from '../../latency/layer-model.js'
import type { Predictor } from '../../latency/predictor.js'
import type { RunDefinition } from '../../search/definition.js'
import { type Inputs, machine, versions } from '../files/inputs.js'
import { backendFor } from '../options/backend-option.js'
import { limitOf, parseBudget } from '../options/budget-option.js'
import { UsageError } from '../options/error.js'
import { maxDropOf, pointLimits } from './aims.js'
import { rungsWithinDrop, type SearchOptions, usualRungs } from './options.js'
import { assertPoints, decisionsOf } from './problem.js'

/**
 * What a new run is.
 * @param blocks the residual blocks that may go, see `harmlessBlocks`
 * @param predictors those that the budgets need, see `readPredictors`
 * @throws UsageError for a budget that cannot be read or a backend that does not load, GraphError where nothing can be pruned or the criterion does not
 * apply, BudgetError where no legal policy meets the budgets.
 */
export function defineRun(
  options: SearchOptions,
  { graph, modelBytes, modelHash, data, dataHash, normalization }: Inputs,
  blocks: RunDefinition['blocks'],
  predictors: Predictors,
): RunDefinition {
  const backend = backendFor(options.backend)
  const { groups, frozen } = channelGroups(graph)
  if (groups.length === 0 && options.decide.includes('keep')) {
    throw new GraphError(
      `${options.model}: no channels can be pruned (${frozen[0]?.reason ?? 'no layers with weights'})`,
    )
  }
  // Ranking by weights is cheap, and says here whether the criterion applies; the run ranks again.
  if (isWeightCriterion(options.criterion)) rankByWeights(options.criterion, graph, groups, options.seed)
  const original: Cost = { ...modelCost(graph, modelBytes.byteLength), ...deviceCosts(graph, predictors) }
  const budgets = options.budget.map(parseBudget).map(({ kind, asked }) => ({
    kind,
    asked,
    ...limitsOf(asked, original[kind]!, isDeviceCost(kind) ? predictors[kind] : undefined),
  }))
  const decide = decisionKinds.filter(kind => options.decide.includes(kind))
  if (budgets.some(({ kind }) => kind === 'size') && decide.includes('rank'))
    throw new UsageError(
      '--budget size: the bytes of a file of thin layers are not foretold; limit params instead',
    )
  const [first] = budgets
  const points =
    first === undefined
      ? []
      : pointLimits(options.points, first).map(({ asked }) => {
          const { limit, aim } = limitsOf(
            asked,
            first.original,
            isDeviceCost(first.kind) ? predictors[first.kind] : undefined,
          )
          return { asked, limit, ...(aim === undefined ? {} : { aim }) }
        })
  const maxDrop = maxDropOf(options)
  const rules = {
    // How far below its budgets a network keeps its score is what is sought.
    fill: maxDrop === null ? options.fill : 0,
    round: options.round === 'auto' ? 1 : options.round,
    widths: options.round === 'auto' ? widthsThatPay(graph, groups, predictors) : {},
    predictors,
    minKeep: options.minKeep,
    decide,
    weightBits: decide.includes('weightBits') ? options.weightBits : [],
    activationBits: decide.includes('activationBits') ? options.activationBits : [],
    float: options.float,
    blocks,
  }
  assertPoints({ budgets, points }, decisionsOf({ budgets, ...rules }, graph, groups))
  const {
    agent,
    reward = maxDrop === null ? 'accuracy' : 'within-drop',
    nested,
    criterion,
    seed,
    trials,
    inFlight,
    finalists,
    halving,
    sensitivity,
    epochs,
    batchSize,
    learningRate,
    balance,
  } = options
  return {
    version: 1,
    model: { source: options.model, sha256: modelHash },
    data: {
      path: options.data,
      sha256: dataHash,
      normalization: { ...normalization, mean: [...normalization.mean], std: [...normalization.std] },
    },
    metric: options.metric ?? metricText(goalsOf(data.val)),
    budgets,
    points,
    nested,
    maxDrop,
    agent,
    reward,
    criterion,
    seed,
    trials,
    inFlight,
    finalists,
    rungs: rungsOf(options),
    halving,
    sensitivity,
    ...rules,
    fineTune: { epochs: finalists === 0 ? 0 : epochs, batchSize, learningRate, balance },
    backend,
    versions: versions(backend),
    machine: machine(),
  }
}

/** The limit, what policies aim at, and the original's cost. A prediction may be wrong: policies stay that much below. */
function limitsOf(
  asked: string,
  original: number,
  predictor: Predictor | undefined,
): { readonly limit: number; readonly original: number; readonly aim?: number } {
  const limit = limitOf(asked, original)
  const error = predictor?.kind === 'fitted' ? (predictor.error?.error ?? 0) : 0
  return { limit, original, ...(error === 0 ? {} : { aim: limit * (1 - error) }) }
}

function widthsThatPay(
  graph: Graph,
  groups: readonly ChannelGroup[],
  { latency }: Predictors,
): RunDefinition['widths'] {
  if (latency === undefined)
    throw new UsageError('--round auto: which widths pay is read from a --profile of latency; none is named')
  return efficientWidths(latency, layerModels(graph, groups), groups)
}

/** Where nothing is fine-tuned in the end, a trial is worth what it is as it stands. */
function rungsOf({ rungs, finalists, epochs, maxDrop }: SearchOptions): number[] {
  if (finalists > 0 && epochs > 0)
    return [...(rungs ?? (maxDrop === undefined ? usualRungs : rungsWithinDrop))]
  if (rungs !== undefined && String(rungs) !== '0')
    throw new UsageError(`--rungs ${rungs}: the trials are exported as they are, so expected 0`)
  return [0]
}
