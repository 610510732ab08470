import { GraphError } from '../../../graph/types.js'

/** One output of one call of a layer. */
export interface Connection {
  readonly layer: string
  readonly call: number
  readonly output: number
}

/** Deep enough for any structure that Keras writes, and short of a stack that a damaged file could fill. */
const MAX_DEPTH = 16

/**
 * The connections in a value of a Keras configuration, in order: Keras 2 writes [layer, call, output, …], Keras 3 tensors
 * that carry the same as their history. Both nest them in lists and maps.
 */
export function connectionsIn(value: unknown, depth = 0): Connection[] {
  if (depth > MAX_DEPTH) throw new GraphError('its inputs are nested too deeply')
  if (Array.isArray(value)) {
    const [layer, call, output] = value
    if (typeof layer === 'string' && isIndex(call) && isIndex(output)) return [{ layer, call, output }]
    return value.flatMap(part => connectionsIn(part, depth + 1))
  }
  if (typeof value !== 'object' || value === null) return []
  if ('keras_history' in value) return connectionsIn(value.keras_history, depth + 1)
  return Object.values(value).flatMap(part => connectionsIn(part, depth + 1))
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}
