import { planOfThin } from '../compress/factorize/plan.js'
import type { Policy } from '../compress/policy.js'
import { type Probe, policyOfProbe } from '../compress/probe.js'
import { planOf } from '../compress/quantize/places.js'
import { createRepair } from '../compress/repair.js'
import { createShrink } from '../compress/shrink.js'
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
  const repair = createRepair(graph, groups, moments)
  const shrink = createShrink(graph, { groups, ranking, repair, moments, form: 'outputs' })
  const histogramsOf = createHistograms(data)

  const build = async (policy: Policy): Promise<Graph> => {
    const shallow = shrink.shallow(policy)
    const plan = planOf(shallow, policy, graph)
    const seen = plan === null && policy.rank === undefined ? [] : shrink.seen(policy)
    const { graph: built, thin } = shrink.split(shallow, new Map(Object.entries(policy.rank ?? {})), seen)
    // What thin layers read was never looked at; the others keep their inputs.
    return plan === null ? built : quantizeGraph(built, planOfThin(plan, thin), histogramsOf, seen)
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
