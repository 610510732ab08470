import * as z from 'zod'
import { rangeMethods } from '../../compress/quantize/ranges.js'
import { LEAST_BITS, LEAST_WEIGHT_BITS, MOST_BITS } from '../../graph/fake-quantize.js'
import { metricOption } from '../options/metric-option.js'
import { formatHelp, modelFormats, modelHelp, outHelp, wholeNumber } from '../options/options.js'

/** Whether the rounding of a layer's inputs makes up for what it took from those before, or each is on its own. */
const roundings = ['compensated', 'nearest'] as const

/** For ONNX, where the user does not say. */
export const usualRounding = 'compensated' satisfies (typeof roundings)[number]

const bits = wholeNumber.min(LEAST_BITS).max(MOST_BITS)
const range = `${LEAST_BITS} to ${MOST_BITS}`

/** Everything `pare quantize` takes. */
export const quantizeOptions = z.strictObject({
  model: z.string().describe(modelHelp),
  data: z
    .string()
    .describe('folder or manifest of the data set: ranges are taken from train, accuracy from val'),
  metric: metricOption,
  out: z.string().describe(outHelp),
  format: z.enum(modelFormats).optional().describe(formatHelp),
  bits: bits.default(MOST_BITS).describe(`bits of weights and activations, ${range}`),
  weightBits: z
    .union([z.literal('float16'), wholeNumber.min(LEAST_WEIGHT_BITS).max(16)])
    .optional()
    .describe(`bits of weights alone, ${LEAST_WEIGHT_BITS} to ${MOST_BITS}; for TF.js also 16 or float16`),
  activationBits: z
    .union([z.literal('float'), bits])
    .optional()
    .describe(`bits of activations alone, ${range}, or float`),
  ranges: z
    .enum(rangeMethods)
    .default('minmax')
    .describe(`how ranges of activations are chosen: ${rangeMethods.join(', ')}`),
  per: z
    .enum(['tensor', 'channel'])
    .default('channel')
    .describe('scales of weights: one a tensor or one a channel; depthwise ones always have the latter'),
  rounding: z
    .enum(roundings)
    .optional()
    .describe(
      `how weights are rounded: ${roundings.join(', ')} (default: ${usualRounding}, later inputs of a layer make up for earlier ones; TF.js: nearest)`,
    ),
  policy: z
    .string()
    .optional()
    .describe(
      'JSON file with what a search decided, {"weightBits": {LAYER: 4}, "activationBits": {LAYER: 8}}; layers without stay float',
    ),
  float: z.array(z.string()).default([]).describe('layers that stay float'),
  fallback: z.coerce
    .number()
    .min(0)
    .max(100)
    .optional()
    .describe(
      'points of the val score that may be lost; the costliest layers go back to float until it holds',
    ),
  samples: wholeNumber.min(1).default(256).describe('training samples that ranges are taken from'),
  overwrite: z.boolean().default(false).describe('replace the file if it exists'),
  json: z.boolean().default(false).describe('print the result as one JSON document'),
})

export type QuantizeOptions = z.infer<typeof quantizeOptions>
