import util from 'node:util'

/** What tfjs-node 4.22 calls of Node's `util` and Node 23 took away. */
const removed: Readonly<Record<string, (value: unknown) => boolean>> = {
  isArray: Array.isArray,
  isNullOrUndefined: value => value === null || value === undefined,
}

/** Puts back the functions that are missing. */
export function supplyRemovedUtilities(): void {
  for (const [name, f] of Object.entries(removed)) if (!(name in util)) Object.assign(util, { [name]: f })
}
