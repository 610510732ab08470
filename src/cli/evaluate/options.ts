import * as z from 'zod'
import { browserOption } from '../options/browser-option.js'
import { metricOption } from '../options/metric-option.js'
import { modelHelp } from '../options/options.js'

/** Everything `pare evaluate` takes. */
export const evaluateOptions = z.strictObject({
  model: z.string().describe(modelHelp),
  data: z.string().describe('folder or manifest of the data set'),
  split: z.enum(['val', 'test']).default('val').describe('which samples: val, test'),
  metric: metricOption,
  original: z.string().optional().describe(`what fidelity is to: ${modelHelp}`),
  browser: browserOption,
  json: z.boolean().default(false).describe('print the result as one JSON document'),
})

export type EvaluateOptions = z.infer<typeof evaluateOptions>
