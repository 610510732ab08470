import * as z from 'zod'
import { axes } from '../../compare/curve.js'
import { agentNames, plainAgentNames } from '../../search/definition.js'
import { meansOptions } from '../job/work.js'
import { wholeNumber } from '../options/options.js'
import { list, searchOptions } from '../search/options.js'

/** Seeds that a comparison has at most. */
const MOST_SEEDS = 100

/** `1,2,3` or `1-5` from a flag or a recipe, or a recipe's list. */
const seedList = z
  .preprocess(
    value => {
      const text = typeof value === 'number' ? String(value) : value
      if (typeof text !== 'string' || !/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(text)) return text
      return text.split(',').flatMap(part => {
        const [from = 0, to = from] = part.split('-').map(Number)
        return Array.from(
          { length: Math.min(MOST_SEEDS + 1, Math.max(0, to - from + 1)) },
          (_, i) => from + i,
        )
      })
    },
    z.array(wholeNumber.min(0), 'expected seeds, such as 1,2,3 or 1-5').min(1).max(MOST_SEEDS),
  )
  .refine(isDistinct, 'names a seed twice')

const agentList = list(z.enum(agentNames)).refine(isDistinct, 'names an agent twice')

function isDistinct(items: readonly unknown[]): boolean {
  return new Set(items).size === items.length
}

/** `0.918` or `91.8%`. */
const score = z.preprocess(
  value => {
    const [, percent] = typeof value === 'string' ? (/^(\d+(?:\.\d+)?) ?%$/.exec(value) ?? []) : []
    return percent === undefined ? value : Number(percent) / 100
  },
  z.coerce
    .number('expected a score, such as 0.918 or 91.8%')
    .positive('expected a score, such as 0.918 or 91.8%')
    .max(1, 'expected a score, such as 0.918 or 91.8%'),
)

/** How runs that are there are compared. */
export const viewOptions = z.strictObject({
  against: z.string().optional().describe('the agent that the others are held against (default: the first)'),
  reach: score
    .optional()
    .describe('tell what was spent until the validation score was so high, such as 0.918 or 91.8%'),
  by: z
    .enum(axes)
    .default('evaluations')
    .describe(`what the curves are drawn by: ${axes.join(', ')}`),
  svg: z.string().optional().describe('file to write the curves to, as a figure'),
  csv: z.string().optional().describe('file to write the curves to, a line for each trial'),
  json: z.boolean().default(false).describe('print all of it as one JSON document'),
})

export type ViewOptions = z.infer<typeof viewOptions>

const show = z.boolean().default(false).describe('print what there is, without working on any run')
const anyMachine = z.boolean().default(false).describe('go on although the machine or a version differs')

const detach = z.boolean().default(false).describe('start the comparison, leave it to itself, and return')

const others = { agent: true, seed: true, plain: true, json: true } as const

/** What a new comparison takes: what a search does, but several agents and seeds. */
export const newOptions = searchOptions.omit(others).extend({
  agents: agentList
    .default(['ddpg-surrogate', 'greedy', 'random', 'uniform'])
    .describe(
      `agents to compare, of ${plainAgentNames.join(', ')} (default: ddpg-surrogate,greedy,random,uniform)`,
    ),
  seeds: seedList.default([1, 2, 3]).describe('seeds of the runs of each (default: 1,2,3)'),
  anyMachine,
  detach,
  ...viewOptions.shape,
  run: z
    .string()
    .optional()
    .describe('name of the comparison under runs/, or a folder (default: after the model)'),
})

/** What may change when a comparison goes on. */
export const goOnOptions = viewOptions.extend({
  agents: agentList.optional(),
  seeds: seedList.optional(),
  ...meansOptions.shape,
  data: z.string().optional(),
  anyMachine,
  detach,
  show,
})

export type GoOnOptions = z.infer<typeof goOnOptions>

/** All flags of `pare compare`. */
export const compareOptions = newOptions.extend({ show })
