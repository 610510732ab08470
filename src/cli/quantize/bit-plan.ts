import { quantizableLayers } from '../../compress/quantize/layers.js'
import { bitPlaces, planOf } from '../../compress/quantize/places.js'
import type { BitPlan, LayerBits } from '../../compress/quantize/plan.js'
import type { Graph } from '../../graph/types.js'
import { readPolicy } from '../files/read-policy.js'
import { UsageError } from '../options/error.js'
import { assertKnown } from '../options/names.js'
import type { QuantizeOptions } from './options.js'

/**
 * What is quantised: all that can be, at the bits of the options, or what a policy file says; but for the layers that are
 * to stay float, by their names in the input file. What a policy leaves out stays float.
 * @throws UsageError, DataError for names that the model does not have, or a policy file that cannot be read.
 */
export function bitPlan(
  graph: Graph,
  { policy, float, ...options }: QuantizeOptions,
  asked: { readonly weight: number; readonly activation: number | null },
): BitPlan {
  const { layers, float: always } = quantizableLayers(graph)
  const names = layers.map(({ node }) => node)
  assertKnown(
    'the model has no layer',
    float,
    graph.nodes.map(({ id }) => id),
  )
  const stays = new Set(float)
  if (policy === undefined) return new Map(names.filter(n => !stays.has(n)).map(n => [n, asked]))
  if (options.weightBits !== undefined || options.activationBits !== undefined)
    throw new UsageError(
      '--policy says the bits of every layer; --weight-bits and --activation-bits go without',
    )
  const given = readPolicy(policy, 'quantize')
  const places = bitPlaces(graph)
  for (const kind of ['weightBits', 'activationBits'] as const) {
    const named = Object.keys(given[kind] ?? {})
    const reason = always.find(({ node }) => named.includes(node))
    if (reason !== undefined)
      throw new UsageError(`${policy}: layer ${reason.node} stays float: ${reason.reason}`)
    assertKnown(
      `${policy}: no layer that ${kind} can be given for is called`,
      named,
      places[kind].map(({ name }) => name),
    )
  }
  const plan = planOf(graph, given) ?? new Map<string, LayerBits>()
  return new Map([...plan].filter(([name]) => !stays.has(name)))
}
