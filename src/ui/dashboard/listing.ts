/** What a list shows, in its order, by keys that stay the same while it grows. */
export interface Listing {
  readonly length: number
  /** The key at a position; null where there is none. */
  at(position: number): number | null
  /** The position of a key; -1 where it is not listed. */
  positionOf(key: number): number
  /** Where it stands while nothing is selected. */
  readonly start: 'first' | 'last'
}

export function listingOf(keys: readonly number[], start: Listing['start']): Listing {
  return {
    length: keys.length,
    at: position => keys[position] ?? null,
    positionOf: key => keys.indexOf(key),
    start,
  }
}

/** Where a list stands; -1 where it is empty. */
export function positionIn(listing: Listing, selected: number | null): number {
  const found = selected === null ? -1 : listing.positionOf(selected)
  if (found >= 0) return found
  return listing.start === 'last' || listing.length === 0 ? listing.length - 1 : 0
}

/** The first position of so many that are shown, the selected one about in the middle. */
export function firstShown(length: number, position: number, room: number): number {
  return Math.max(0, Math.min(position - Math.floor(room / 2), length - room))
}
