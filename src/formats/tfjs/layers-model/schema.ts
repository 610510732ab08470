import { z } from 'zod'
import { parse } from '../parse.js'

const config = z.record(z.string(), z.unknown())

/** A layer, or a model used as one: what it is, its configuration and, in a functional model, what it is called on. */
export interface LayerSpec {
  readonly class_name: string
  readonly config: unknown
  readonly name?: string | undefined
  readonly inbound_nodes?: readonly unknown[] | null | undefined
}

const layer = z.looseObject({
  class_name: z.string(),
  config: z.unknown(),
  name: z.string().optional(),
  inbound_nodes: z.array(z.unknown()).nullish(),
}) satisfies z.ZodType<LayerSpec>

const topology = z.looseObject({ model_config: z.unknown().optional() })

const sequential = z.looseObject({
  name: z.string().optional(),
  layers: z.array(layer),
  build_input_shape: z.array(z.number().nullable()).nullish(),
})

const functional = z.looseObject({
  name: z.string().optional(),
  layers: z.array(layer),
  input_layers: z.array(z.unknown()),
  output_layers: z.array(z.unknown()),
})

export type SequentialConfig = z.infer<typeof sequential>
export type FunctionalConfig = z.infer<typeof functional>

/** The outermost model: TF.js writes it as the topology itself, the converter from Keras as its `model_config`. */
export function parseTopology(value: Readonly<Record<string, unknown>>): LayerSpec {
  const { model_config } = parse(topology, value, 'modelTopology')
  return parse(layer, model_config ?? value, 'modelTopology')
}

/** The layers of a Sequential model, which old Keras wrote as a bare list. */
export function parseSequential(value: unknown, what: string): SequentialConfig {
  return parse(sequential, Array.isArray(value) ? { layers: value } : value, what)
}

export function parseFunctional(value: unknown, what: string): FunctionalConfig {
  return parse(functional, value, what)
}

export function parseConfig(value: unknown, what: string): Record<string, unknown> {
  return parse(config, value, what)
}

const inputShape = z.looseObject({
  batch_input_shape: z.array(z.number().nullable()).optional(),
  batch_shape: z.array(z.number().nullable()).optional(),
})

/** The shape that a layer declares for its input (Keras 2 and 3 name it differently), its batch left open. */
export function declaredShape(value: unknown): (number | null)[] | undefined {
  const { batch_input_shape, batch_shape } = parse(inputShape, value, 'config')
  return batch_input_shape ?? batch_shape
}
