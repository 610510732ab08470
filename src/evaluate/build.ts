import { removeBlocks, residualBlocks } from '../compress/blocks/find.js'
import { keepBest } from '../compress/criteria/ranking.js'
import { cutMoments } from '../compress/cut-moments.js'
import { createFactorize, type Factorized } from '../compress/factorize/factorize.js'
import { planOfThin } from '../compress/factorize/plan.js'
import type { Moments } from '../compress/moments.js'
import type { Policy } from '../compress/policy.js'
import { type Probe, policyOfProbe } from '../compress/probe.js'
import { createPrune } from '../compress/prune.js'
import { planOf } from '../compress/quantize/places.js'
import { createRepair } from '../compress/repair.js'
import { zeroSmallest } from '../compress/sparsity/zero-smallest.js'
import type { Graph } from '../graph/types.js'
import type { EvaluationContext } from './context.js'
import { createHistograms } from './histograms.js'
import { quantizeGraph } from './quantize.js'

/** What candidates and probes become before they are trained or scored. */
export interface Builder {
  /** Cuts, repairs, removes blocks, splits and quantises. @throws GraphError for a policy that does not fit the graph. */
  policy(policy: Policy): Promise<Graph>
  /** The original with one change; without, the original itself. */
  probe(probe: Probe | null): Promise<Graph>
}

export function createBuilder({
  graph,
  groups,
  ranking,
  moments,
  data,
}: Pick<EvaluationContext, 'graph' | 'groups' | 'ranking' | 'moments' | 'data'>): Builder {
  const prune = createPrune(groups, ranking, createRepair(graph, groups, moments))
  const histogramsOf = createHistograms(data)
  const factorize = createFactorize('outputs')

  /** The moments of what stays; where all does, those that there are. */
  const momentsOf = ({ keep }: Policy): readonly Moments[] =>
    Object.keys(keep).length === 0 ? moments : cutMoments(graph, groups, moments, keepBest(ranking, keep))

  const withoutBlocks = (pruned: Graph, { blocks }: Policy): Graph => {
    if (blocks === undefined) return pruned
    const gone = residualBlocks(graph).filter(({ name }) => blocks[name] === 0)
    return gone.length === 0 ? pruned : removeBlocks(pruned, gone)
  }

  const split = (pruned: Graph, { rank }: Policy, seen: readonly Moments[]): Factorized => {
    if (rank === undefined) return { graph: pruned, thin: new Map() }
    return factorize(pruned, new Map(Object.entries(rank)), seen)
  }

  const build = async (policy: Policy): Promise<Graph> => {
    // What loses nothing is the original itself, whose histograms are known after the first time.
    const cut = Object.keys(policy.keep).length === 0 ? graph : prune(policy.keep)
    const pruned = withoutBlocks(cut, policy)
    const plan = planOf(pruned, policy, graph)
    const seen = plan === null && policy.rank === undefined ? [] : momentsOf(policy)
    const { graph: built, thin } = split(pruned, policy, seen)
    if (plan === null) return built
    // What thin layers read was never looked at; the others keep their inputs.
    return quantizeGraph(built, planOfThin(plan, thin), histogramsOf, seen)
  }
  return {
    policy: build,
    async probe(probe) {
      switch (probe?.kind) {
        case undefined:
          return graph
        case 'decision':
          return build(policyOfProbe(probe))
        case 'zeros':
          return zeroSmallest(graph, probe.name, probe.kept)
      }
    },
  }
}
