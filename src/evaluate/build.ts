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
  /** Cuts, repairs and quantises. @throws GraphError for a policy that does not fit the graph. */
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
  const build = async (policy: Policy): Promise<Graph> => {
    // What loses nothing is the original itself, whose histograms are known after the first time.
    const pruned = Object.keys(policy.keep).length === 0 ? graph : prune(policy.keep)
    const plan = planOf(pruned, policy)
    return plan === null ? pruned : quantizeGraph(pruned, plan, histogramsOf)
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
