import * as z from 'zod'
import { finetuneOptions } from '../finetune/options.js'
import { wholeNumber } from '../options/options.js'

/** What trains as `pare finetune` does is told as there. */
const training = finetuneOptions.pick({
  model: true,
  data: true,
  metric: true,
  balance: true,
  epochs: true,
  temperature: true,
  distillation: true,
  optimizer: true,
  schedule: true,
  learningRate: true,
  weightDecay: true,
  batchSize: true,
  labelSmoothing: true,
  clipNorm: true,
  augment: true,
  sparsitySchedule: true,
  backend: true,
  seed: true,
  overwrite: true,
  json: true,
  plain: true,
})

/** Everything `pare pack` takes. */
export const packOptions = training.extend({
  out: z.string().describe('.pare file to write'),
  sparsity: z
    .string()
    .default('0.9')
    .describe('weights that become zero: a share of all, such as 0.9, or two of every four, 2:4'),
  bits: z
    .string()
    .default('conv=8,dense=5')
    .describe(
      'bits of the codebooks, 1 to 8: one number for all, or by kind or layer; layers without stay float',
    ),
  epochs: wholeNumber.min(1).default(15).describe('times that pruning goes through the data'),
  shareEpochs: wholeNumber.min(0).default(3).describe('times that training of the codebooks does'),
  shareLearningRate: z.coerce
    .number()
    .positive()
    .default(0.005)
    .describe('largest learning rate of the codebooks'),
  maxDrop: z.coerce
    .number()
    .min(0)
    .optional()
    .describe('points of the validation score to lose at most; else twice as many weights stay, and so on'),
})

export type PackOptions = z.infer<typeof packOptions>
