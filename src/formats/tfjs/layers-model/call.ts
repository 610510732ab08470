import { z } from 'zod'
import { GraphError } from '../../../graph/types.js'
import type { Builder } from '../import/builder.js'
import { activation as apply } from '../import/ops/activation.js'
import type { Computed, Constant, Value } from '../import/value.js'
import type { Padding, Window } from '../import/window.js'
import { parse } from '../parse.js'
import type { LayerSpec } from './schema.js'

/** One call of a layer. */
export interface Call {
  readonly b: Builder
  readonly config: Readonly<Record<string, unknown>>
  readonly inputs: readonly Value[]
  /** The names that inputs are given by; null or nothing for one that is given by its place. */
  readonly names: readonly (string | null)[]
  /**
   * The major version of Keras that the model was made in and converted from: what TF.js does otherwise than Keras then
   * follows Keras. Null for a model made in TF.js.
   */
  readonly keras: number | null
  /** The layer's weight of the first of these names that it has. */
  weight(...names: readonly string[]): Constant | undefined
  /** The layer's weight, where it has but one. */
  onlyWeight(): Constant | undefined
  /** The same call of a layer that this one holds. */
  within(name: string, config: unknown): Call
  /** What a layer or model that this one holds makes of a value. */
  inner(spec: LayerSpec, input: Value): Value
}

/** What a layer computes: one value, or one for each of its outputs. @throws GraphError without the layer's name. */
export type Layer = (call: Call) => Value | readonly Value[]

/** The only input of a layer. */
export function only({ inputs }: Call): Value {
  const [input] = inputs
  if (input === undefined || inputs.length > 1)
    throw new GraphError(`expected one input, found ${inputs.length}`)
  return input
}

/** A weight that the layer must have. */
export function required(call: Call, ...names: readonly string[]): Constant {
  const found = call.weight(...names)
  if (found === undefined) throw new GraphError(`its weight ${names[0]} is not in the manifest`)
  return found
}

/** The bias, where the layer uses one. */
export function biasOf(call: Call): Constant | undefined {
  const { use_bias } = options(call, z.looseObject({ use_bias: z.boolean().nullish() }))
  return use_bias === false ? undefined : required(call, 'bias')
}

/** The layer's configuration as a schema has it. */
export function options<T>(call: Call, schema: z.ZodType<T>): T {
  return parse(schema, call.config, 'config')
}

const pairSchema = z.union([z.number(), z.array(z.number()).min(1)])

/** One number for rows and columns, or one each. */
export const pair = pairSchema.transform((value): readonly [number, number] =>
  typeof value === 'number' ? [value, value] : [value[0]!, value[1] ?? value[0]!],
)

const windowSchema = z.looseObject({
  strides: pair.nullish(),
  dilation_rate: pair.nullish(),
  padding: z.enum(['same', 'valid', 'SAME', 'VALID']).nullish(),
  data_format: z.string().nullish(),
})

/** @throws GraphError for a layer made for channels first. */
export function assertChannelsLast(call: Call): void {
  const { data_format } = options(call, z.looseObject({ data_format: z.string().nullish() }))
  if (data_format === 'channels_first') throw new GraphError('data format channels_first is not supported')
}

/** The sliding window of a layer. */
export function windowOf(
  call: Call,
  kernel: readonly [number, number],
  strides: readonly [number, number] = [1, 1],
): Window {
  assertChannelsLast(call)
  const config = options(call, windowSchema)
  const padding: Padding = config.padding?.toLowerCase() === 'same' ? 'same' : 'valid'
  return { kernel, strides: config.strides ?? strides, dilations: config.dilation_rate ?? [1, 1], padding }
}

/** A function by its name, as Keras 2 has it, or as the object that Keras 3 writes. */
export const functionName = z.union([
  z.string(),
  z
    .looseObject({ class_name: z.string(), config: z.unknown() })
    .transform(({ class_name, config }) => (typeof config === 'string' ? config : class_name)),
])

/** The layer's activation applied to what it computed. */
export function activated(call: Call, value: Computed): Computed {
  const { activation } = options(call, z.looseObject({ activation: functionName.nullish() }))
  return activation == null ? value : apply(call.b, activationOf(call, activation), value)
}

/** The activation that a layer means by a name, whatever its version of Keras calls it. */
export function activationOf({ keras }: Call, given: string): string {
  const name = given.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase()
  // Keras 3 changed the slope of its hard sigmoid.
  return name === 'hard_sigmoid' && (keras ?? 0) >= 3 ? 'hard_sigmoid_sixth' : name
}
