import * as z from 'zod'
import type { Predictor } from './predictor.js'
import { device, energyCosts, roofline } from './profile-schema.js'

const numbers = z.array(z.number())

/** A predictor as a run's definition holds it. */
export const predictorSchema: z.ZodType<Predictor> = z.discriminatedUnion('kind', [
  z.strictObject({
    device,
    kind: z.literal('fitted'),
    fit: z.strictObject({ fixed: z.number(), weights: z.record(z.string(), numbers), general: numbers }),
    ranges: z.record(z.string(), z.strictObject({ low: numbers, high: numbers })),
    table: z.record(z.string(), z.number()),
    bits: z.union([z.literal('int8'), z.number()]),
    weightsOnly: z.boolean(),
    error: z.strictObject({ error: z.number(), rank: z.number(), n: z.number() }).nullable(),
  }),
  z.strictObject({ device, kind: z.literal('roofline'), roofline }),
  z.strictObject({ device, kind: z.literal('energy'), energy: energyCosts }),
])
