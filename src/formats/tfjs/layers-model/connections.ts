import { GraphError } from '../../../graph/types.js'

/** One output of one call of a layer. */
export interface Connection {
  readonly layer: string
  readonly call: number
  readonly output: number
}

/** What a layer is called on: what another layer makes, or a number. Given by `name`, or by its place where that is null. */
export interface Argument {
  readonly name: string | null
  readonly value: Connection | number
}

/** Deep enough for any structure that Keras writes, and short of a stack that a damaged file could fill. */
const MAX_DEPTH = 16

/** What Keras 2 writes in place of a layer's name, before a number. */
const CONSTANT = '_CONSTANT_VALUE'

/**
 * The arguments in a call of a Keras configuration, in order: Keras 2 writes [layer, call, output, …], Keras 3 tensors
 * that carry the same as their history. Both nest them in lists and maps; names stand in Keras 2's fourth place and in
 * Keras 3's `kwargs`.
 * @throws GraphError for an argument that would change what a layer computes and that pare does not follow
 */
export function argumentsIn(value: unknown, name: string | null = null, depth = 0): Argument[] {
  if (depth > MAX_DEPTH) throw new GraphError('its inputs are nested too deeply')
  const within = (part: unknown, as = name) => argumentsIn(part, as, depth + 1)
  if (Array.isArray(value)) {
    const [layer, call, output, named] = value
    if (layer === CONSTANT) return [...within(output), ...within(named)]
    if (typeof layer === 'string' && isIndex(call) && isIndex(output))
      return [{ name, value: { layer, call, output } }, ...within(named)]
    return value.flatMap(part => within(part))
  }
  if (typeof value === 'number') return [{ name, value }]
  if (value === true) throw new GraphError(`it is called with ${name ?? 'an argument'} true`)
  if (typeof value !== 'object' || value === null) return []
  if ('keras_history' in value) return within(value.keras_history)
  if ('class_name' in value) {
    const { class_name, config } = value as { class_name: unknown; config?: unknown }
    if (typeof config === 'object' && config !== null && 'keras_history' in config) return within(config)
    throw new GraphError(`it is called with a ${class_name}`)
  }
  return Object.entries(value).flatMap(([key, part]) => within(part, isWrapper(key) ? name : key))
}

/** The two maps that Keras 3 puts around all arguments. */
function isWrapper(key: string): boolean {
  return key === 'args' || key === 'kwargs'
}

/** What an argument reads of another layer. */
export function connected({ value }: Argument): readonly Connection[] {
  return typeof value === 'number' ? [] : [value]
}

/** The connections among the arguments. */
export function connectionsIn(value: unknown): Connection[] {
  return argumentsIn(value).flatMap(connected)
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}
