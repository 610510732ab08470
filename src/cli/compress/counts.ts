import { shareWidth } from '../../../envs/legal.js'
import type { Policy } from '../../compress/policy.js'
import type { ChannelGroup } from '../../graph/groups.js'
import { UsageError } from '../options/error.js'
import { assertKnown } from '../options/names.js'
import type { CompressOptions } from './options.js'

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

/** @throws UsageError for a policy that does not fit the groups. */
export function assertFits(file: string, { keep }: Policy, groups: readonly ChannelGroup[]): void {
  assertKnown(
    `${file}: the model has no group`,
    Object.keys(keep),
    groups.map(({ name }) => name),
  )
  const large = groups.find(({ name, size }) => Object.hasOwn(keep, name) && keep[name]! > size)
  if (large === undefined) return
  throw new UsageError(
    `${file}: group ${large.name} has ${large.size} channels, the policy keeps ${keep[large.name]}`,
  )
}
