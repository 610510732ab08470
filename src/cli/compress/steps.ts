import { residualBlocks } from '../../compress/blocks/find.js'
import { rankByWeights } from '../../compress/criteria/by-weights.js'
import { isWeightCriterion } from '../../compress/criteria/criterion.js'
import type { Ranking } from '../../compress/criteria/ranking.js'
import { splittableLayers } from '../../compress/factorize/layers.js'
import type { Moments } from '../../compress/moments.js'
import type { Policy } from '../../compress/policy.js'
import { createRepair } from '../../compress/repair.js'
import { createShrink } from '../../compress/shrink.js'
import { calibrate } from '../../evaluate/calibrate.js'
import { rankChannels } from '../../evaluate/rank.js'
import { type ChannelGroup, channelGroups } from '../../graph/groups.js'
import { type Graph, GraphError } from '../../graph/types.js'
import type { Inputs } from '../files/inputs.js'
import { readPolicy } from '../files/read-policy.js'
import { UsageError } from '../options/error.js'
import { assertKnown } from '../options/names.js'
import { assertFits, keepCounts } from './counts.js'
import type { CompressOptions } from './options.js'
import { pinnedGroups } from './pinned.js'
import { ranksOf } from './ranks.js'

/** @throws UsageError where the options do not say what is to be done. */
export function assertAsked({ keep, policy, rank, rankShare, dropBlock, fold }: CompressOptions): void {
  const others = rank.length > 0 || rankShare !== undefined || dropBlock.length > 0
  if (keep !== undefined && policy !== undefined)
    throw new UsageError('expected --keep or --policy, found both')
  const asked = keep !== undefined || policy !== undefined || others
  if (fold && asked) throw new UsageError('--fold: folds alone; the other options fold as well')
  if (!fold && !asked)
    throw new UsageError(
      'expected --keep or --policy, found neither, nor --rank, --rank-share, --drop-block or --fold',
    )
}

/** A graph that was made smaller, and how. */
interface Smaller {
  readonly graph: Graph
  /** What chose the channels; null where none was cut. */
  readonly criterion: string | null
  readonly policy: Policy
}

/** Cuts channels, removes blocks and splits layers as the options say; all of them work on the layers as they are by then. */
export async function smaller(
  graph: Graph,
  options: CompressOptions,
  inputs: Inputs | null,
): Promise<Smaller> {
  const { groups, frozen } = channelGroups(graph)
  const cuts = options.keep !== undefined || options.policy !== undefined
  if (cuts && groups.length === 0)
    throw new GraphError(`no channels can be pruned (${frozen[0]?.reason ?? 'no layers with weights'})`)
  const given: Policy = options.policy === undefined ? { keep: {} } : readPolicy(options.policy, 'compress')
  assertFits(`${options.policy}`, given, groups)
  assertKnown(
    `${options.policy}: no layer that can be split is called`,
    Object.keys(given.rank ?? {}),
    splittableLayers(graph).map(({ node }) => node),
  )
  const dropped = blocksToDrop(graph, options.dropBlock, given)
  const splits = options.rank.length > 0 || options.rankShare !== undefined || given.rank !== undefined
  const moments =
    inputs === null || !(cuts || splits) ? [] : await calibrate(graph, inputs.data, options.seed)
  const pinned = pinnedGroups(graph, groups, options)
  const keep = cuts ? keepCounts(groups, options, given.keep, pinned) : {}
  const chosen = cuts ? await ranked(graph, groups, options, inputs, moments) : null
  const repair = inputs === null ? () => graph : createRepair(graph, groups, moments)
  const shrink = createShrink(graph, {
    ...{ groups, repair, moments, form: options.split },
    ranking: chosen?.ranking ?? null,
  })
  const gone = dropped.length > 0 ? { blocks: Object.fromEntries(dropped.map(name => [name, 0])) } : {}
  const policy = { keep, ...gone }
  const shallow = shrink.shallow(policy)
  const ranks = splits ? ranksOf(shallow, options, given.rank ?? {}) : new Map<string, number>()
  if (inputs === null)
    process.stderr.write(`no --data: ${withoutData(options, cuts)}; nothing is repaired or measured\n`)
  const { graph: made } = shrink.split(shallow, ranks, shrink.seen(policy))
  const rank = ranks.size > 0 ? { rank: Object.fromEntries(ranks) } : {}
  return { graph: made, criterion: chosen?.criterion ?? null, policy: { ...policy, ...rank } }
}

/** What is done by the weights alone. */
function withoutData({ criterion, fold }: CompressOptions, cuts: boolean): string {
  if (fold) return 'the model is folded'
  return cuts
    ? `channels are chosen by ${criterion ?? 'l1'} alone`
    : 'layers are split by their weights alone'
}

/** The blocks that go, by name. @throws UsageError for one that the graph does not have. */
function blocksToDrop(graph: Graph, named: readonly string[], { blocks = {} }: Policy): readonly string[] {
  const gone = Object.entries(blocks).flatMap(([name, stays]) => (stays === 0 ? [name] : []))
  if (named.length + gone.length === 0) return []
  const found = residualBlocks(graph)
  const wanted = new Set([...named, ...gone])
  assertKnown(
    'the model has no residual block that can go at',
    [...wanted],
    found.map(({ name }) => name),
  )
  return found.flatMap(({ name }) => (wanted.has(name) ? [name] : []))
}

/** Channels by the criterion asked for or the usual one. */
async function ranked(
  graph: Graph,
  groups: readonly ChannelGroup[],
  { criterion: asked, seed }: CompressOptions,
  inputs: Inputs | null,
  moments: readonly Moments[],
): Promise<{ readonly ranking: Ranking; readonly criterion: string }> {
  if (inputs !== null) {
    const criterion = asked ?? 'energy'
    return {
      criterion,
      ranking: await rankChannels(criterion, graph, groups, { moments, data: inputs.data, seed }),
    }
  }
  const criterion = asked ?? 'l1'
  if (!isWeightCriterion(criterion))
    throw new UsageError(`--criterion ${criterion}: looks at samples, so it needs --data`)
  return { criterion, ranking: rankByWeights(criterion, graph, groups, seed) }
}
