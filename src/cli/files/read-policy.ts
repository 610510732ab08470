import * as z from 'zod'
import { type DecisionKind, decisionKinds, type Policy } from '../../compress/policy.js'
import { LEAST_BITS, LEAST_WEIGHT_BITS, MOST_BITS } from '../../graph/fake-quantize.js'
import { UsageError } from '../options/error.js'
import { readJsonFile } from './read-json.js'

const counts = z.record(z.string(), z.number().int().min(1))
const bits = (least: number) => z.record(z.string(), z.number().int().min(least).max(MOST_BITS))

/** What a search decides, as `pare show --json` prints it. */
const policyFile = z.strictObject({
  keep: counts.default({}),
  blocks: z.record(z.string(), z.literal([0, 1])).exactOptional(),
  rank: counts.exactOptional(),
  weightBits: bits(LEAST_WEIGHT_BITS).exactOptional(),
  activationBits: bits(LEAST_BITS).exactOptional(),
})

/** Commands that do what a policy says, each some kinds of decision. */
const does = {
  compress: { kinds: ['keep', 'blocks', 'rank'], example: '{"keep": {GROUP: CHANNELS}}' },
  quantize: {
    kinds: ['weightBits', 'activationBits'],
    example: '{"weightBits": {LAYER: 4}, "activationBits": {LAYER: 8}}',
  },
} as const satisfies Record<string, { readonly kinds: readonly DecisionKind[]; readonly example: string }>

/** A policy file. @throws UsageError, DataError for one that cannot be read, or that has what the command does not do. */
export function readPolicy(file: string, command: keyof typeof does): Policy {
  const { kinds, example } = does[command]
  const parsed = policyFile.safeParse(readJsonFile(file))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const where = issue?.path.join('.') || 'the document'
    throw new UsageError(`${file}: expected ${example}; ${where}: ${issue?.message}`)
  }
  const done: readonly DecisionKind[] = kinds
  const other = decisionKinds.find(
    kind => !done.includes(kind) && Object.keys(parsed.data[kind] ?? {}).length > 0,
  )
  if (other !== undefined)
    throw new UsageError(
      `${file}: pare ${command} does not do what ${other} says; pare ${command === 'compress' ? 'quantize' : 'compress'} does`,
    )
  return parsed.data
}
