import * as z from 'zod'
import { probeKinds } from '../../compress/list-probes.js'
import { metricOption } from '../options/metric-option.js'
import { modelHelp, wholeNumber } from '../options/options.js'
import { bitsList, list } from '../search/options.js'

const wrongShare = 'expected shares between 0 and 1, such as 0.25,0.5'

/** Everything `pare sensitivity` takes. */
export const sensitivityOptions = z.strictObject({
  model: z.string().describe(modelHelp),
  data: z.string().describe('folder or manifest of the data set'),
  metric: metricOption,
  what: list(z.enum(probeKinds))
    .default([...probeKinds])
    .describe(`what is tried: ${probeKinds.join(', ')} (default: all)`),
  shares: list(z.coerce.number(wrongShare).gt(0, wrongShare).lt(1, wrongShare))
    .default([0.25, 0.5, 0.75])
    .describe('shares of channels and of weights that stay, in (0,1) (default: 0.25,0.5,0.75)'),
  bits: bitsList().default([2, 4, 8]).describe('bits of weights and of values (default: 2,4,8)'),
  samples: wholeNumber
    .min(2)
    .default(1000)
    .describe('validation samples, from all over the split, as many as there are at most'),
  seed: wholeNumber.min(0).default(1).describe('seed of everything random'),
  workers: wholeNumber.min(1).max(256).optional().describe('worker threads (default: one a core)'),
  out: z.string().optional().describe('file to write the JSON document to'),
  overwrite: z.boolean().default(false).describe('replace the file if it exists'),
  json: z.boolean().default(false).describe('print the result as one JSON document'),
})

export type SensitivityOptions = z.infer<typeof sensitivityOptions>
