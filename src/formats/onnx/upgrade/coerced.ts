import { intAttribute } from '../../../graph/attributes.js'
import { frontAxis } from '../../../graph/axes.js'
import type { Node } from '../../../graph/types.js'
import type { Rule, VersionedRule } from './rule.js'

/**
 * Before 13, Softmax and its kin take all axes from `axis` (1 where it is left out) on as one. Over the last axis alone
 * that is what they do today; elsewhere the value is flattened, and gets its shape back behind them.
 */
const overOneAxis: Rule = (node, rewriting) => {
  const [input = ''] = node.inputs
  const [output = ''] = node.outputs
  const axis = intAttribute(node, 'axis', 1)
  const rank = rewriting.rank(input)
  const along = (value: number) => ({ axis: { kind: 'int', value } }) as const
  if (rank !== undefined && frontAxis(axis, rank) === rank - 1)
    return [{ ...node, attributes: along(rank - 1) }]
  const [shape, flat, done] = ['shape', 'flat', 'done'].map(name => rewriting.fresh(`${output}/${name}`)) as [
    string,
    string,
    string,
  ]
  const step = (
    op: string,
    inputs: readonly string[],
    made: string,
    attributes: Node['attributes'] = {},
  ): Node => ({ id: `${node.id}/${op}`, op, domain: '', inputs, outputs: [made], attributes })
  return [
    step('Shape', [input], shape),
    step('Flatten', [input], flat, along(axis)),
    { ...node, inputs: [flat], outputs: [done], attributes: along(1) },
    step('Reshape', [done, shape], output),
  ]
}

/** Operators that changed over how many axes they go. What the rule makes means the same in every set from 7 on. */
export const coerced: readonly (readonly [string, VersionedRule])[] = [
  'Softmax',
  'LogSoftmax',
  'Hardmax',
].map(name => [name, { since: 13, rule: overOneAxis }])
