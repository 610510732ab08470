import { cpus } from 'node:os'
import * as z from 'zod'
import { browserOption } from '../options/browser-option.js'
import { modelHelp, wholeNumber } from '../options/options.js'
import { list } from '../search/options.js'
import { browserProfile, defaultProfile } from './names.js'

/** In what numbers a model is run. */
export const precisions = ['float', 'int8'] as const

export type Precision = (typeof precisions)[number]

/** What this machine is called where the user does not say. */
export const thisDevice = cpus()[0]?.model.trim() ?? 'unknown processor'

/** Everything `pare profile MODEL` takes. */
export const profileOptions = z.strictObject({
  model: z.string().describe(modelHelp),
  out: z
    .string()
    .optional()
    .describe(
      `device profile to write or add to; what it has is not measured again (default: ${defaultProfile}, of a browser ${browserProfile})`,
    ),
  device: z.string().min(1).default(thisDevice).describe('name of the device'),
  browser: browserOption.describe(
    'measure in onnxruntime-web instead: in PATH, or a Chromium that is found; none waits for any browser',
  ),
  measurements: wholeNumber
    .min(1)
    .default(300)
    .describe('layer configurations to measure for each precision'),
  precision: list(z.enum(precisions))
    .default(['float'])
    .describe(`what the model is run in: ${precisions.join(', ')} (default: float)`),
  json: z.boolean().default(false).describe('print the result as one JSON document'),
})

export type ProfileOptions = z.infer<typeof profileOptions>
