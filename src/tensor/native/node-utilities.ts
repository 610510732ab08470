import util from 'node:util'

/** What tfjs-node 4.22 calls of Node's `util`: Node 23 took one away, and since Node 22 the other warns when it is called. */
const utilities: Readonly<Record<string, (value: unknown) => boolean>> = {
  isArray: Array.isArray,
  isNullOrUndefined: value => value === null || value === undefined,
}

/** Puts our own in their place, whatever this version of Node still has. */
export function replaceUtilities(): void {
  Object.assign(util, utilities)
}
