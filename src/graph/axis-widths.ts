import type { ChannelGroup } from './groups.js'

/** A constant's extent along one axis as a function of how many channels each group keeps. */
export interface AxisWidth {
  /** Indices that belong to no group. */
  readonly fixed: number
  /** Group number and how many indices each of its channels has. */
  readonly groups: readonly { readonly group: number; readonly perChannel: number }[]
}

/** The extent for the given keep counts, in group order. */
export function widthOf({ fixed, groups }: AxisWidth, keep: ArrayLike<number>): number {
  let width = fixed
  for (const { group, perChannel } of groups) width += perChannel * keep[group]!
  return width
}

/** The extent of any axis of any constant, of the given size in the whole graph. */
export function axisWidths(
  groups: readonly ChannelGroup[],
): (tensor: string, axis: number, size: number) => AxisWidth {
  const shares = new Map<string, { group: number; perChannel: number; indices: number }[]>()
  groups.forEach((group, number) => {
    for (const { tensor, axis, channelOf } of group.slices) {
      const indices = channelOf.filter(channel => channel >= 0).length
      const key = `${tensor} ${axis}`
      shares.set(key, [
        ...(shares.get(key) ?? []),
        { group: number, perChannel: indices / group.size, indices },
      ])
    }
  })
  return (tensor, axis, size) => {
    const found = shares.get(`${tensor} ${axis}`) ?? []
    return { fixed: size - found.reduce((sum, share) => sum + share.indices, 0), groups: found }
  }
}
