import * as z from 'zod'
import { criterionNames } from '../../compress/criteria/criterion.js'
import { splitForms } from '../../compress/factorize/split-cost.js'
import { formatHelp, modelFormats, modelHelp, outHelp, wholeNumber } from '../options/options.js'

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
    .describe(
      'JSON file with the channels each group keeps, {"keep": {GROUP: N}}, and more that was decided',
    ),
  rank: z.array(z.string()).default([]).describe('ranks at which layers are split into thin ones'),
  rankShare: z.coerce
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe('split each layer at the largest rank that leaves this share of its MACs and weights'),
  split: z
    .enum(splitForms)
    .default('outputs')
    .describe(`how convolutions are split: ${splitForms.join(', ')}`),
  dropBlock: z.array(z.string()).default([]).describe('residual blocks that go, by the node that adds'),
  fold: z.boolean().default(false).describe('only fold batch norms and remove what does nothing'),
  keepNorms: z.boolean().default(false).describe('leave batch norms and what does nothing as they are'),
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
