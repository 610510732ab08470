import { z } from 'zod'

const size = z.number().int().nonnegative()

const quantization = z.looseObject({
  dtype: z.enum(['uint8', 'uint16', 'float16']),
  scale: z.number().optional(),
  min: z.number().optional(),
})

const weight = z.looseObject({
  name: z.string(),
  shape: z.array(size),
  dtype: z.enum(['float32', 'int32', 'bool', 'uint8', 'string', 'complex64']),
  quantization: quantization.optional(),
})

/** `weightsManifest` of a model.json: groups of weights, each laid end to end over its shards. */
export const manifestSchema = z.array(z.looseObject({ paths: z.array(z.string()), weights: z.array(weight) }))

export type Manifest = z.infer<typeof manifestSchema>
export type WeightSpec = z.infer<typeof weight>
