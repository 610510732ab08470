import * as z from 'zod'
import { shareWidth } from '../../envs/legal.js'
import type { Policy } from '../compress/policy.js'
import type { ChannelGroup } from '../graph/groups.js'
import type { CompressOptions } from './compress-options.js'
import { UsageError } from './error.js'
import { assertKnown } from './names.js'
import { readJsonFile } from './read-json.js'

const counts = z.record(z.string(), z.number().int().min(1))

/** What of a search's policy can be done at once; bits are for `pare export`. */
const policyFile = z.strictObject({
  keep: counts,
  rank: counts.exactOptional(),
  blocks: z.record(z.string(), z.literal([0, 1])).exactOptional(),
})

/**
 * How many channels each group keeps: a share of all, or what a policy says; groups it leaves out stay whole, and so do
 * those in `pinned`.
 */
export function keepCounts(
  groups: readonly ChannelGroup[],
  { keep, round }: Pick<CompressOptions, 'keep' | 'round'>,
  given: Policy['keep'],
  pinned: ReadonlySet<string>,
): Policy['keep'] {
  return Object.fromEntries(
    groups.map(group => {
      const { name, size } = group
      if (pinned.has(name)) return [name, size]
      return [name, keep === undefined ? (given[name] ?? size) : shareWidth(group, keep, round)]
    }),
  )
}

/** @throws UsageError, DataError for a policy file that cannot be read or does not fit the groups. */
export function readPolicy(file: string, groups: readonly ChannelGroup[]): Policy {
  const parsed = policyFile.safeParse(readJsonFile(file))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const where = issue?.path.join('.') || 'the document'
    throw new UsageError(`${file}: expected {"keep": {GROUP: CHANNELS}}; ${where}: ${issue?.message}`)
  }
  const { keep } = parsed.data
  assertKnown(
    `${file}: the model has no group`,
    Object.keys(keep),
    groups.map(({ name }) => name),
  )
  const large = groups.find(({ name, size }) => (keep[name] ?? 0) > size)
  if (large !== undefined) {
    throw new UsageError(
      `${file}: group ${large.name} has ${large.size} channels, the policy keeps ${keep[large.name]}`,
    )
  }
  return parsed.data
}
