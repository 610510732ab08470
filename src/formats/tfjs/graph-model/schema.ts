import { z } from 'zod'

/** Protocol buffers write 64-bit integers as text. */
const integer = z.union([z.number(), z.string()])

const float = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])])

/** Bytes: base64, or the list of their codes. */
const bytes = z.union([z.string(), z.array(z.number().int())])

const shape = z.looseObject({
  dim: z.array(z.looseObject({ size: integer.optional() })).optional(),
  unknownRank: z.boolean().optional(),
})

const attribute = z.looseObject({
  s: bytes.optional(),
  i: integer.optional(),
  f: float.optional(),
  b: z.boolean().optional(),
  type: z.union([z.string(), z.number()]).optional(),
  shape: shape.optional(),
  list: z
    .looseObject({
      s: z.array(bytes).optional(),
      i: z.array(integer).optional(),
      f: z.array(float).optional(),
    })
    .optional(),
})

const node = z.looseObject({
  name: z.string().min(1),
  op: z.string().min(1),
  input: z.array(z.string()).optional(),
  attr: z.record(z.string(), attribute).optional(),
})

/** TensorFlow's GraphDef as JSON: `modelTopology` of a graph model. */
export const graphDefSchema = z.looseObject({ node: z.array(node).nonempty() })

const tensorInfos = z.record(z.string(), z.looseObject({ name: z.string() }))

/** The names of a model's inputs and outputs. */
export const signatureSchema = z.looseObject({
  inputs: tensorInfos.optional(),
  outputs: tensorInfos.optional(),
})

export type GraphNode = z.infer<typeof node>
export type AttributeValue = z.infer<typeof attribute>
