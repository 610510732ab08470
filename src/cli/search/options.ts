import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import * as z from 'zod'
import { faultNames } from '../../../agents/amc-faults.js'
import { usualFill } from '../../../envs/budget.js'
import { criterionNames } from '../../compress/criteria/criterion.js'
import { decisionKinds } from '../../compress/policy.js'
import { readBytes } from '../../data/files.js'
import { budgetKinds } from '../../graph/cost-kinds.js'
import { LEAST_BITS, LEAST_WEIGHT_BITS, MOST_BITS } from '../../graph/fake-quantize.js'
import { agentNames, plainAgentNames, sensitivityNames } from '../../search/definition.js'
import { rewardNames } from '../../search/reward.js'
import { meansOptions } from '../job/work.js'
import { backendWishes } from '../options/backend-option.js'
import { UsageError } from '../options/error.js'
import { balanceOption, metricOption } from '../options/metric-option.js'
import { modelHelp, wholeNumber } from '../options/options.js'
import { defaultProfile, profileHelp } from '../profile/names.js'

/**
 * The ladder where the user does not say. Of random policies at half the MACs, 16 steps predict the accuracy after full
 * fine-tuning as well as 64 do (rank correlation 0.8), and better than none (0.7): see bench/rungs.ts.
 */
export const usualRungs: readonly number[] = [0, 16]

/** The ladder of a search that keeps the score: what fine-tuning gives back decides whether a trial does. */
export const rungsWithinDrop: readonly number[] = [16]

/** The most steps of a rung. */
const MOST_STEPS = 1_000_000

/** `0,16` from a flag or a recipe, or a recipe's list of numbers. */
const rungSteps = z
  .preprocess(
    value => {
      if (typeof value === 'number') return [value]
      return typeof value === 'string' && /^\d+(,\d+)*$/.test(value) ? value.split(',').map(Number) : value
    },
    z.array(z.number().int().min(0).max(MOST_STEPS), 'expected numbers of steps, such as 0,16').min(1),
  )
  .refine(rungs => rungs.every((steps, i) => i === 0 || steps > rungs[i - 1]!), 'expected rising numbers')

/** `a,b` from a flag, or a recipe's list. */
export function list<T extends z.ZodType>(item: T) {
  return z.preprocess(value => (typeof value === 'string' ? value.split(',') : value), z.array(item).min(1))
}

/** `4`, `2,4,8` or `2-8` from a flag or a recipe, or a recipe's list. */
export function bitsList(least = LEAST_BITS) {
  return z.preprocess(
    value => {
      const text = typeof value === 'number' ? String(value) : value
      if (typeof text !== 'string' || !/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(text)) return text
      return text.split(',').flatMap(part => {
        const [from = 0, to = from] = part.split('-').map(Number)
        return Array.from({ length: Math.min(MOST_BITS + 1, Math.max(0, to - from + 1)) }, (_, i) => from + i)
      })
    },
    z
      .array(
        z.number().int().min(least).max(MOST_BITS),
        `expected bits from ${least} to ${MOST_BITS}, such as 4, 2-8 or 2,4,8`,
      )
      .min(1),
  )
}

/** Everything `pare search` takes, from flags or a recipe file: the one list of names, types, defaults and help. */
export const searchOptions = z.strictObject({
  model: z.string().describe(modelHelp),
  data: z.string().describe('folder or manifest of the data set'),
  budget: z
    .preprocess(value => (typeof value === 'string' ? [value] : value), z.array(z.string()))
    .default([])
    .describe('limit of the result, KIND=VALUE, such as macs=50% or params=100k'),
  metric: metricOption,
  points: list(z.string())
    .default([])
    .describe('smaller limits of the first budget, such as 50%,25%, for each of which a model comes out too'),
  nested: z
    .boolean()
    .default(false)
    .describe('the model of each of the points keeps no channel that the one before does not'),
  maxDrop: z.coerce
    .number()
    .min(0)
    .max(100)
    .optional()
    .describe('points that the validation score may fall by, with as small a cost as can be'),
  minimize: z
    .enum(budgetKinds)
    .optional()
    .describe(`that cost, of ${budgetKinds.join(', ')} (default: that of the first budget, else macs)`),
  fill: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(usualFill)
    .describe('share of a budget that policies use at least; 0: anything below it may be tried'),
  run: z.string().optional().describe('name of the run under runs/, or a folder'),
  trials: wholeNumber.min(1).default(200).describe('candidates to evaluate'),
  seed: wholeNumber.min(0).default(1).describe('seed of everything random'),
  agent: z
    .enum(agentNames)
    .default('ddpg-surrogate')
    .describe(
      `who chooses: ${plainAgentNames.join(', ')}; ddpg~FAULT for one with a fault of AMC's: ${faultNames.join(', ')}`,
    ),
  initAgent: z
    .string()
    .optional()
    .describe('run whose agent this one begins with; may have been about another budget, model or device'),
  reward: z
    .enum(rewardNames)
    .optional()
    .describe(`what it maximises: ${rewardNames.join(', ')} (default: accuracy)`),
  criterion: z
    .enum(criterionNames)
    .default('energy')
    .describe(`what ranks the channels of a layer: ${criterionNames.join(', ')}`),
  ...meansOptions.shape,
  inFlight: wholeNumber
    .min(1)
    .max(1024)
    .default(4)
    .describe('candidates under way at a time; changes the result'),
  finalists: wholeNumber.min(0).default(3).describe('best trials to fine-tune; 0: export the best as it is'),
  rungs: rungSteps
    .optional()
    .describe(
      `steps of fine-tuning before the score: of every trial, then, on each further rung, of the best of the one below (default: ${usualRungs})`,
    ),
  halving: wholeNumber
    .min(2)
    .max(100)
    .default(8)
    .describe('one trial of so many on a rung goes on to the next'),
  epochs: wholeNumber.min(0).default(3).describe('epochs of fine-tuning a finalist'),
  batchSize: wholeNumber.min(1).default(64).describe('samples a training step'),
  learningRate: z.coerce.number().positive().default(0.02).describe('largest learning rate of fine-tuning'),
  balance: balanceOption,
  decide: list(z.enum(decisionKinds))
    .default(['keep'])
    .describe(`what is decided: ${decisionKinds.join(', ')} (default: keep, the widths)`),
  weightBits: bitsList(LEAST_WEIGHT_BITS)
    .default([2, 3, 4, 5, 6, 7, 8])
    .describe('bits that weights may have, 1 to 8 (default: 2-8)'),
  activationBits: bitsList()
    .default([2, 3, 4, 5, 6, 7, 8])
    .describe('bits that the values between layers may have (default: 2-8)'),
  float: z.array(z.string()).default([]).describe('layers that stay float where bits are decided'),
  sensitivity: z
    .enum(sensitivityNames)
    .default('estimated')
    .describe(
      `how the agent is told what each decision costs: ${sensitivityNames.join(', ')} (tried alone on training samples)`,
    ),
  maxBlockDrop: z.coerce
    .number()
    .min(0)
    .max(100)
    .default(5)
    .describe('points of accuracy that a residual block may cost alone for its removal to be decided'),
  round: z
    .union([z.literal('auto'), wholeNumber.min(1)], 'expected a number of channels, or auto')
    .default(8)
    .describe('widths and ranks are multiples of this; auto: widths that pay on the profiled device'),
  profile: z
    .preprocess(value => (typeof value === 'string' ? [value] : value), z.array(z.string()))
    .default([])
    .describe(`${profileHelp}, for budgets of latency and energy (default: ${defaultProfile})`),
  minKeep: z.coerce.number().min(0).max(1).default(0.1).describe('share of each layer that stays at least'),
  backend: z
    .enum(backendWishes)
    .default('auto')
    .describe(`what trains: ${backendWishes.join(', ')}`),
  overwrite: z.boolean().default(false).describe('replace a run of the same name'),
  force: z.boolean().default(false).describe('search even if the original is no better than chance'),
  json: z.boolean().default(false).describe('print the result as one JSON document'),
  plain: z.boolean().default(false).describe('plain lines instead of the dashboard'),
  detach: z
    .boolean()
    .default(false)
    .describe('leave the search to itself once it has begun: pare watch, pause and stop reach it'),
})

export type SearchOptions = z.infer<typeof searchOptions>

/** Which options name files, relative to the recipe that names them. */
const paths = ['model', 'data'] as const

/** The keys of a recipe file, its paths made absolute. @throws DataError, UsageError in one line. */
export function readRecipe(file: string): Record<string, unknown> {
  const text = new TextDecoder().decode(readBytes(file))
  let document: unknown
  try {
    document = parse(text)
  } catch (cause) {
    throw new UsageError(
      `${file}: expected YAML (${cause instanceof Error ? cause.message.split('\n')[0] : 'unreadable'})`,
    )
  }
  const keys = z.record(z.string(), z.unknown()).safeParse(document)
  if (!keys.success) throw new UsageError(`${file}: expected keys and values, as in "budget: macs=50%"`)
  const absolute = paths.flatMap(key => {
    const value = keys.data[key]
    return typeof value === 'string' ? [[key, resolve(dirname(file), value)] as const] : []
  })
  return { ...keys.data, ...Object.fromEntries(absolute) }
}
