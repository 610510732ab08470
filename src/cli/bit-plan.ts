import * as z from 'zod'
import { quantizableLayers } from '../compress/quantize/layers.js'
import type { BitPlan } from '../compress/quantize/plan.js'
import { LEAST_BITS, LEAST_WEIGHT_BITS, MOST_BITS } from '../graph/fake-quantize.js'
import type { Graph } from '../graph/types.js'
import { UsageError } from './error.js'
import { assertKnown } from './names.js'
import type { QuantizeOptions } from './quantize-options.js'
import { readJsonFile } from './read-json.js'

const bitsFrom = (least: number) => z.number().int().min(least).max(MOST_BITS).nullable()

const policyFile = z.strictObject({
  bits: z.record(
    z.string(),
    z.strictObject({ weight: bitsFrom(LEAST_WEIGHT_BITS), activation: bitsFrom(LEAST_BITS) }),
  ),
})

/**
 * What is quantised: all that can be, at the bits of the options, or what a policy file says; but for the layers that are
 * to stay float, by their names in the input file.
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
  const parsed = policyFile.safeParse(readJsonFile(policy))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const where = issue?.path.join('.') || 'the document'
    throw new UsageError(
      `${policy}: expected {"bits": {LAYER: {"weight": 4, "activation": 8}}}; ${where}: ${issue?.message}`,
    )
  }
  const given = Object.entries(parsed.data.bits)
  const reason = always.find(({ node }) => given.some(([name]) => name === node))
  if (reason !== undefined)
    throw new UsageError(`${policy}: layer ${reason.node} stays float: ${reason.reason}`)
  assertKnown(
    `${policy}: no quantisable layer is called`,
    given.map(([name]) => name),
    names,
  )
  return new Map(given.filter(([name]) => !stays.has(name)))
}
