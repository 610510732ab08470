import { type Graph, GraphError, type Node } from '../../../graph/types.js'
import { subgraphOperators } from '../attribute.js'
import { coerced } from './coerced.js'
import { rewrite } from './rewrite.js'
import type { Rule } from './rule.js'
import { rules } from './rules.js'
import { unchanged } from './unchanged.js'

/** The operator set that older models are raised to. */
const CANONICAL = 18

/** What ONNX Runtime 1.30 runs. */
const OLDEST = 7
const NEWEST = 26

/** The first file format that operator set 18 may stand in (docs/Versioning.md of github.com/onnx/onnx). */
const CANONICAL_IR = 8

const explicit = new Map(coerced)

/**
 * The graph in the canonical operator set, 18. A model of 18 to 26 keeps its own. An older one is raised as a whole or not
 * at all, by rules, one an operator: nothing ever changes its meaning. It keeps its own set where an operator is neither
 * known to mean the same in both nor has a rule that can say it, at the top or in a sub-graph (those are never rewritten).
 * Then only Softmax and its kin are put as every set understands them, for what they mean without an axis depends on it.
 * @throws GraphError for an operator set that is older or newer, or a node that no rule can keep (training mode).
 */
export function toCanonicalOpset(graph: Graph): Graph {
  const { opset } = graph
  if (opset < OLDEST || opset > NEWEST)
    throw new GraphError(`expected a model of ONNX operator set ${OLDEST} to ${NEWEST}, found ${opset}`)
  if (opset >= CANONICAL) return graph
  const raised = canBeRaised(graph) ? rewrite(graph, node => ruleOf(node, opset)) : undefined
  if (raised !== undefined)
    return { ...raised, opset: CANONICAL, irVersion: Math.max(graph.irVersion, CANONICAL_IR) }
  const only = (node: Node) => (explicit.has(node.op) ? ruleOf(node, opset) : undefined)
  return rewrite(graph, only) ?? graph
}

function ruleOf(node: Node, opset: number): Rule | undefined {
  const found = node.domain === '' ? rules.get(node.op) : undefined
  return found !== undefined && opset < found.since ? found.rule : undefined
}

function canBeRaised({ nodes, opset }: Graph): boolean {
  const isKept = (op: string) =>
    unchanged.has(op) || (rules.get(op)?.since ?? Number.POSITIVE_INFINITY) <= opset
  return nodes.every(
    node =>
      (node.domain !== '' || isKept(node.op) || rules.has(node.op)) &&
      Object.values(node.attributes).flatMap(subgraphOperators).every(isKept),
  )
}
