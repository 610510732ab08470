import * as z from 'zod'
import { sparsitySchedules } from '../../compress/sparsity/schedule.js'
import { augmentations } from '../../data/augment.js'
import { distillNames, fineTuneDefaults, optimizerNames, scheduleNames } from '../../train/options.js'
import { backendWishes } from '../options/backend-option.js'
import { balanceOption, metricOption } from '../options/metric-option.js'
import { formatHelp, modelFormats, modelHelp, outHelp, wholeNumber } from '../options/options.js'

/** What an optimiser is usually run with, where the user does not say. */
export const usual = {
  sgd: { learningRate: 0.02, weightDecay: 1e-4 },
  adamw: { learningRate: 0.001, weightDecay: 0.01 },
} as const

/** How a share of zeros comes, where the user does not say. */
export const usualSparsitySchedule = 'gradual'

const byOptimizer = (key: 'learningRate' | 'weightDecay') =>
  `(default: ${optimizerNames.map(name => `${usual[name][key]} for ${name}`).join(', ')})`

/** Everything `pare finetune` takes. */
export const finetuneOptions = z.strictObject({
  model: z.string().describe(modelHelp),
  data: z.string().describe('folder or manifest of the data set'),
  metric: metricOption,
  out: z.string().describe(outHelp),
  format: z.enum(modelFormats).optional().describe(formatHelp),
  teacher: z.string().optional().describe('trained network to learn from, .onnx or a TF.js model.json'),
  distill: z
    .enum(distillNames)
    .optional()
    .describe(`what the teacher gives: ${distillNames.join(', ')} (default: soft with a teacher, else none)`),
  temperature: z.coerce
    .number()
    .positive()
    .optional()
    .describe(`softness of the teacher's distribution (default: ${fineTuneDefaults.temperature})`),
  distillation: z.coerce
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe(`share of the teacher in the loss, 0 to 1 (default: ${fineTuneDefaults.distillation})`),
  balance: balanceOption,
  generations: wholeNumber
    .min(1)
    .max(100)
    .default(1)
    .describe('train so many times, each taught by the one before'),
  fromScratch: z
    .boolean()
    .default(false)
    .describe('forget the weights first: are the inherited ones worth it?'),
  epochs: wholeNumber.min(1).default(10).describe('times that training goes through the data'),
  patience: wholeNumber.min(1).optional().describe('epochs without a better validation after which it ends'),
  optimizer: z
    .enum(optimizerNames)
    .default('sgd')
    .describe(`what moves the weights: ${optimizerNames.join(', ')}`),
  schedule: z
    .enum(scheduleNames)
    .default('cosine')
    .describe(`how the learning rate goes: ${scheduleNames.join(', ')}`),
  learningRate: z.coerce
    .number()
    .positive()
    .optional()
    .describe(`largest learning rate ${byOptimizer('learningRate')}`),
  weightDecay: z.coerce
    .number()
    .min(0)
    .optional()
    .describe(`pull of weights, not of scales and biases, to zero ${byOptimizer('weightDecay')}`),
  batchSize: wholeNumber.min(1).default(64).describe('samples a training step'),
  labelSmoothing: z.coerce
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('share of each target that is spread over all classes'),
  clipNorm: z.coerce.number().positive().default(5).describe('largest length of the gradient'),
  augment: z
    .string()
    .optional()
    .transform(text => text?.split(',').map(name => name.trim()) ?? [])
    .pipe(z.array(z.enum(augmentations)))
    .describe(`changes of the training images at random: ${augmentations.join(',')}`),
  weightBits: z
    .string()
    .optional()
    .describe(
      'bits of the weights, 1 (binary) to 8, which training learns to do with: one number for all, or by kind or layer, such as conv=8,dense=1; layers without stay float',
    ),
  sparsity: z
    .string()
    .optional()
    .describe(
      'weights that become zero: a share of all, such as 0.8, or two of every four, 2:4, in dense layers and plain 2-D convolutions whose inputs are a multiple',
    ),
  sparsitySchedule: z
    .enum(sparsitySchedules)
    .optional()
    .describe(
      `how a share of zeros comes: ${sparsitySchedules.join(', ')} (default: ${usualSparsitySchedule}); a pattern comes at once`,
    ),
  scaleL1: z.coerce
    .number()
    .min(0)
    .default(0)
    .describe('pull of channel scales to zero, so that channels can go afterwards (network slimming)'),
  backend: z
    .enum(backendWishes)
    .default('auto')
    .describe(`what trains: ${backendWishes.join(', ')}`),
  seed: wholeNumber.min(0).default(1).describe('seed of everything random'),
  overwrite: z.boolean().default(false).describe('replace the file if it exists'),
  json: z.boolean().default(false).describe('print the result as one JSON document'),
  plain: z.boolean().default(false).describe('plain lines of progress in a terminal, too'),
})

export type FinetuneCommandOptions = z.infer<typeof finetuneOptions>
