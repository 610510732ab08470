import * as z from 'zod'
import { layerKinds } from './layer-config.js'
import { profileUnits } from './profile.js'

const positive = z.number().positive()
const natural = z.number().nonnegative()
const bits = z.number().int().min(1).max(64)

const spread = z.strictObject({ median: positive, p10: natural, p90: natural, n: z.number().int().min(1) })

export const layerTime = z.strictObject({
  config: z.strictObject({
    ops: z.string(),
    kind: z.enum(layerKinds),
    inChannels: positive,
    outChannels: positive,
    groups: positive,
    inPositions: positive,
    outPositions: positive,
    taps: positive,
    macsPerPair: natural,
    weightBits: bits,
    activationBits: bits,
  }),
  time: spread,
})

export const networkTime = z.strictObject({
  model: z.string(),
  layers: z.array(layerTime).min(1),
  time: spread,
})

/** A name that is shown as it is. */
export const label = z
  .string()
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u, 'expected a name without control characters')
  .refine(name => name.trim() !== '', 'expected a name')

export const device = z.strictObject({
  name: label,
  runtime: label,
  threads: z.number().int().min(1),
  unit: z.enum(profileUnits),
})

/** A figure by bits: {"8": 2e12, "32": 5e11}. */
const byBits = z
  .record(z.string().regex(/^\d+$/), positive)
  .refine(figures => Object.keys(figures).length > 0)

export const roofline = z.strictObject({ macsPerSecond: byBits, bytesPerSecond: positive, overhead: natural })

export const energyCosts = z.strictObject({ joulesPerMac: byBits, joulesPerByte: natural, overhead: natural })

/** What a data sheet says, in the place of measurements. */
export const sheet = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('roofline'), roofline }),
  z.strictObject({ kind: z.literal('energy'), energy: energyCosts }),
])
