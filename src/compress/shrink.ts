import type { ChannelGroup } from '../graph/groups.js'
import type { Graph } from '../graph/types.js'
import { type ResidualBlock, removeBlocks, residualBlocks } from './blocks/find.js'
import { keepBest, type Ranking } from './criteria/ranking.js'
import { cutMoments } from './cut-moments.js'
import { createFactorize, type Factorized, type Ranks } from './factorize/factorize.js'
import type { SplitForm } from './factorize/split-cost.js'
import type { Moments } from './moments.js'
import type { Policy } from './policy.js'
import { createPrune } from './prune.js'
import type { Repair } from './repair.js'

/** Makes one graph smaller as policies say: first narrower, then shallower, then thinner. */
export interface Shrink {
  /** The graph with its channels cut, its layers repaired, and without the blocks that go. */
  shallow(policy: Policy): Graph
  /** Moments of what the layers of that read. */
  seen(policy: Policy): readonly Moments[]
  /** Splits layers of that at ranks. */
  split(shallow: Graph, ranks: Ranks, seen: readonly Moments[]): Factorized
}

/** What a graph is shrunk by. */
export interface Means {
  readonly groups: readonly ChannelGroup[]
  /** Null where no channels are cut. */
  readonly ranking: Ranking | null
  readonly repair: Repair
  /** Of what the layers of the whole graph read. */
  readonly moments: readonly Moments[]
  readonly form: SplitForm
}

export function createShrink(graph: Graph, { groups, ranking, repair, moments, form }: Means): Shrink {
  const prune = ranking === null ? null : createPrune(groups, ranking, repair)
  const factorize = createFactorize(form)
  let known: readonly ResidualBlock[] | null = null

  const blocksGone = ({ blocks = {} }: Policy): readonly ResidualBlock[] => {
    if (!Object.values(blocks).includes(0)) return []
    known ??= residualBlocks(graph)
    return known.filter(({ name }) => Object.hasOwn(blocks, name) && blocks[name] === 0)
  }
  /** What loses nothing is the original itself: what is known of it holds. */
  const isWhole = ({ keep }: Policy) => Object.keys(keep).length === 0

  return {
    shallow(policy) {
      const cut = prune === null || isWhole(policy) ? graph : prune(policy.keep)
      const gone = blocksGone(policy)
      return gone.length === 0 ? cut : removeBlocks(cut, gone)
    },
    seen(policy) {
      if (ranking === null || isWhole(policy)) return moments
      return cutMoments(graph, groups, moments, keepBest(ranking, policy.keep))
    },
    split(shallow, ranks, seen) {
      return ranks.size === 0 ? { graph: shallow, thin: new Map() } : factorize(shallow, ranks, seen)
    },
  }
}
