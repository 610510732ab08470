import * as z from 'zod'
import { criterionNames } from '../compress/criteria/criterion.js'
import { formatHelp, modelFormats, modelHelp, outHelp, wholeNumber } from './options.js'

/** Everything `pare compress` takes. */
export const compressOptions = z.strictObject({
  model: z.string().describe(modelHelp),
  keep: z.coerce
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe('share of the channels of each group that stays, in (0,1]'),
  policy: z
    .string()
    .optional()
    .describe('JSON file with the channels each group keeps, {"keep": {GROUP: N}}'),
  out: z.string().describe(outHelp),
  format: z.enum(modelFormats).optional().describe(formatHelp),
  data: z.string().optional().describe('folder or manifest of the data set: repairs the layers and measures'),
  criterion: z
    .enum(criterionNames)
    .optional()
    .describe(`what ranks channels: ${criterionNames.join(', ')} (default: energy, without data l1)`),
  pin: z.array(z.string()).default([]).describe('layers whose outputs stay; their inputs may go'),
  freeze: z.array(z.string()).default([]).describe('layers whose inputs and outputs stay'),
  round: wholeNumber.min(1).default(8).describe('widths are multiples of this, in layers wider than it'),
  seed: wholeNumber.min(0).default(1).describe('seed of everything random'),
  overwrite: z.boolean().default(false).describe('replace the file if it exists'),
  json: z.boolean().default(false).describe('print the result as one JSON document'),
})

export type CompressOptions = z.infer<typeof compressOptions>
