import * as z from 'zod'
import { faultNames } from '../../agents/amc-faults.js'
import { criterionNames } from '../compress/criteria/criterion.js'
import { decisionKinds } from '../compress/policy.js'
import { budgetKinds, deviceCostKinds } from '../graph/cost-kinds.js'
import { predictorSchema } from '../latency/predictor-schema.js'
import { rewardNames } from './reward.js'

/** Where the agent's view of how much a decision hurts comes from: from moments and weights, or from trying it. */
export const sensitivityNames = ['estimated', 'measured'] as const

/** The agents there are. */
export const plainAgentNames = [
  'ddpg-surrogate',
  'ddpg',
  'ppo',
  'evolution',
  'nsga2',
  'greedy',
  'ip',
  'random',
  'uniform',
  'shallow',
  'deep',
] as const

/** Those, and DDPG with each fault of AMC. */
export const agentNames = [...plainAgentNames, ...faultNames.map(fault => `ddpg~${fault}` as const)] as const

const count = z.number().int().nonnegative()

/**
 * What a run is: all that its results depend on. Stored with the run; resuming goes by it and refuses what has changed.
 */
export const runDefinition = z.strictObject({
  version: z.literal(1),
  model: z.strictObject({
    /** Where the user's model was. */
    source: z.string(),
    sha256: z.string(),
  }),
  data: z.strictObject({
    path: z.string(),
    sha256: z.string(),
    normalization: z.strictObject({ scale: z.number(), mean: z.array(z.number()), std: z.array(z.number()) }),
  }),
  /** What trials are scored by, as `--metric` has it; runs older than the choice by top-1 accuracy. */
  metric: z.string().default('top1'),
  /** Limits in the unit of their kind, with what the user asked for. */
  budgets: z.array(
    z.strictObject({
      kind: z.enum(budgetKinds),
      asked: z.string(),
      limit: z.number(),
      original: z.number(),
      /** The most a policy may be predicted to cost: the limit, less what the prediction may be wrong by. */
      aim: z.number().optional(),
    }),
  ),
  /** Smaller limits of the first budget's kind, falling, for each of which a model is searched too. */
  points: z
    .array(z.strictObject({ asked: z.string(), limit: z.number(), aim: z.number().optional() }))
    .default([]),
  /** Whether the model of each point keeps no channel that the one of the point before does not. */
  nested: z.boolean().default(false),
  /** The most that the validation score may fall by, in points, and the cost that is then as small as can be. */
  maxDrop: z
    .strictObject({ limit: z.number().nonnegative(), minimize: z.enum(budgetKinds) })
    .nullable()
    .default(null),
  /** The share of a budget that policies use at least; runs older than the choice used nearly all of it. */
  fill: z.number().min(0).max(1).default(0.97),
  agent: z.enum(agentNames),
  /** The run whose agent this one begins with. */
  initAgent: z
    .strictObject({
      run: z.string(),
      /** Whether that run decided the same things of the same model and data, so that its trials tell of this one's. */
      sameTask: z.boolean(),
    })
    .optional(),
  reward: z.enum(rewardNames),
  /** What channels are ranked by; runs older than the choice have ranked by energy. */
  criterion: z.enum(criterionNames).default('energy'),
  seed: count,
  trials: count.min(1),
  /** The trials that the agent was set up for, where more were asked for since. */
  horizon: count.min(1).optional(),
  /** Trials in flight; with it, results do not depend on how many workers there are. */
  inFlight: count.min(1),
  finalists: count,
  /** Steps of fine-tuning before the score, by rung of the ladder; runs older than the ladder scored trials as they are. */
  rungs: z.array(count).min(1).default([0]),
  /** One of so many trials on a rung goes on to the next. */
  halving: count.min(2).default(4),
  round: count.min(1),
  /** What is decided; runs older than the choice decided widths. */
  decide: z.array(z.enum(decisionKinds)).min(1).default(['keep']),
  /** Bits that may be chosen for weights and for values. */
  weightBits: z.array(z.number()).default([]),
  activationBits: z.array(z.number()).default([]),
  /** Layers that stay float, by node. */
  float: z.array(z.string()).default([]),
  /** Residual blocks that may go, by the node that adds, with the accuracy that each alone costs, a fraction. */
  blocks: z.record(z.string(), z.number()).default({}),
  /** Widths that may be chosen, by group, where not all multiples of `round` are worth their while. */
  widths: z.record(z.string(), z.array(z.number())).default({}),
  /** What tells the costs on devices. */
  predictors: z.partialRecord(z.enum(deviceCostKinds), predictorSchema).default({}),
  minKeep: z.number().min(0).max(1),
  sensitivity: z.enum(sensitivityNames).default('estimated'),
  fineTune: z.strictObject({
    epochs: count,
    batchSize: count.min(1),
    learningRate: z.number().positive(),
    /** How several outputs are weighed; runs older than the choice had one. */
    balance: z.enum(['weights', 'uncertainty', 'mgda']).default('weights'),
  }),
  /** What trains; agents always compute in ONNX Runtime. */
  backend: z.enum(['tensorflow', 'wasm']),
  versions: z.record(z.string(), z.string()),
  machine: z.string(),
})

export type RunDefinition = z.infer<typeof runDefinition>
