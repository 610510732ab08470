import type { AgentState } from './agent.js'

/**
 * A saved array of an agent.
 * @param length how many values it has to have  @throws Error where it is not there, or of another length
 */
export function savedArray({ arrays }: AgentState, name: string, length: number): Float32Array {
  const found = saved(arrays, name)
  if (found.length !== length)
    throw new Error(`the saved agent does not fit: ${name} has ${found.length} values, not ${length}`)
  return found
}

/**
 * Rows of a width that `joinRows` made one array of.
 * @throws Error where it is not there, or no whole number of rows
 */
export function savedRows({ arrays }: AgentState, name: string, width: number): Float32Array[] {
  const found = saved(arrays, name)
  if (found.length % width !== 0)
    throw new Error(`the saved agent does not fit: ${name} has ${found.length} values, no rows of ${width}`)
  return Array.from({ length: found.length / width }, (_, i) => found.slice(i * width, (i + 1) * width))
}

/** Rows one after the other in an array of their own. */
export function joinRows(rows: readonly ArrayLike<number>[]): Float32Array {
  return Float32Array.from(rows.flatMap(row => Array.from(row)))
}

function saved(arrays: AgentState['arrays'], name: string): Float32Array {
  const found = arrays[name]
  if (found === undefined)
    throw new Error(`the saved agent does not fit: it has no ${name}; another version of pare saved it`)
  return found
}
