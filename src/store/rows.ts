import * as z from 'zod'
import type { Evaluation } from '../evaluate/evaluation.js'
import { FLOAT_BITS } from '../graph/bitops.js'
import { isMilestone, type Milestone, milestoneTypes, type RunEvent } from '../search/events.js'
import type { Checkpoint } from '../search/run-store.js'
import type { Climb, Finalist, Trial, TrialState } from '../search/trial.js'
import { decodeAgentState } from './agent-state.js'
import { checksum } from './checksum.js'
import type { SqlValue } from './database.js'

/** JSON in a text column, checked by a schema. */
function json<T>(schema: z.ZodType<T>) {
  return z.string().transform((text, context): T => {
    try {
      return schema.parse(JSON.parse(text))
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) })
      return z.NEVER
    }
  })
}

const figures = {
  top1: z.number().exactOptional(),
  top5: z.number().exactOptional(),
  f1: z.number().exactOptional(),
  iou: z.number().exactOptional(),
  fidelity: z.number().exactOptional(),
  mse: z.number().exactOptional(),
}

const score = z
  .object({
    ...{ ...figures, loss: z.number(), n: z.number() },
    // Runs older than the choice of a metric have top-1 accuracy.
    score: z.number().optional(),
    metric: z.string().default('top1'),
    outputs: z
      .record(z.string(), z.object({ ...figures, score: z.number(), loss: z.number() }))
      .exactOptional(),
  })
  .transform((read, context) => {
    const value = read.score ?? read.top1
    if (value !== undefined) return { ...read, score: value }
    context.addIssue({ code: 'custom', message: 'expected a score or top1' })
    return z.NEVER
  })

const evaluation: z.ZodType<Evaluation> = z.object({
  scores: z.object({ train: score, val: score, test: score }).partial(),
  // Runs older than bits were of float networks.
  cost: z
    .object({
      macs: z.number(),
      params: z.number(),
      bytes: z.number(),
      size: z.number().optional(),
      bitops: z.number().optional(),
      latency: z.number().optional(),
      energy: z.number().optional(),
    })
    .transform(cost => ({
      ...cost,
      size: cost.size ?? cost.bytes,
      bitops: cost.bitops ?? cost.macs * FLOAT_BITS ** 2,
    })),
}) as z.ZodType<Evaluation>

const decided = z.record(z.string(), z.number())

const policy = z.object({
  keep: decided,
  blocks: decided.exactOptional(),
  rank: decided.exactOptional(),
  weightBits: decided.exactOptional(),
  activationBits: decided.exactOptional(),
})

const transition = z.object({
  observation: z.array(z.number()),
  low: z.number(),
  high: z.number(),
  middle: z.number(),
  action: z.number(),
})

/** SQLite's integers are of 64 bits; those that a double does not hold are refused. */
const whole = z.number().int().nonnegative()

const trialRow = z.object({
  number: whole,
  policy: json(policy),
  policy_hash: z.string(),
  trajectory: json(z.array(transition)),
  state: z.enum(['running', 'finished', 'failed', 'interrupted']),
  evaluation: json(evaluation).nullable(),
  reward: z.number().nullable(),
  cached_from: whole.nullable(),
  reason: z.string().nullable(),
})

/** What each checksum is over, by table and column. */
export const summed = {
  definition: { crc: ['body'] },
  trials: {
    begun_crc: ['number', 'policy', 'policy_hash', 'trajectory'],
    told_crc: ['number', 'state', 'evaluation', 'reward', 'cached_from', 'reason'],
  },
  climbs: { crc: ['trial', 'rung', 'steps', 'state', 'evaluation', 'reward', 'reason'] },
  finalists: { crc: ['trial', 'before', 'after', 'file'] },
  checkpoint: { crc: ['trial', 'state'] },
  events: { crc: ['body'] },
} as const satisfies Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

type Table = keyof typeof summed

/** A row that fits its schema. @throws Error naming what does not. */
function parseRow<T>(schema: z.ZodType<T>, row: unknown, table: Table): T {
  for (const [column, over] of Object.entries(summed[table])) assertSum(row, table, column, over)
  const parsed = schema.safeParse(row)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new Error(`table ${table}, ${issue?.path.join('.')}: ${issue?.message.split('\n')[0]}`)
}

function assertSum(row: unknown, table: Table, column: string, over: readonly string[]): void {
  const values = new Map(Object.entries(row ?? {}) as [string, SqlValue][])
  const sum = values.get(column) ?? null
  if (sum === null || sum === checksum(over.map(name => values.get(name) ?? null))) return
  throw new Error(
    `table ${table}, ${over[0]} ${String(values.get(over[0]!)).slice(0, 20)}: not what was written`,
  )
}

/** A row of `trials` as a trial. @throws Error where the row is not as it was written. */
export function readTrial(row: unknown): Trial {
  const { number, policy, policy_hash: policyHash, trajectory, ...rest } = parseRow(trialRow, row, 'trials')
  return { number, policy, policyHash, trajectory, state: stateOf(rest) }
}

function stateOf(
  row: Pick<z.infer<typeof trialRow>, 'state' | 'evaluation' | 'reward' | 'cached_from' | 'reason'>,
): TrialState {
  switch (row.state) {
    case 'finished':
      if (row.evaluation === null || row.reward === null)
        throw new Error('a finished trial without its evaluation')
      return { kind: 'finished', evaluation: row.evaluation, reward: row.reward, cachedFrom: row.cached_from }
    case 'failed':
      return { kind: 'failed', reason: row.reason ?? 'unknown' }
    case 'running':
    case 'interrupted':
      return { kind: 'running' }
  }
}

const climbRow = z.object({
  trial: whole,
  rung: whole,
  steps: whole,
  state: z.enum(['finished', 'failed']),
  evaluation: json(evaluation).nullable(),
  reward: z.number().nullable(),
  reason: z.string().nullable(),
})

/** A row of `climbs`. @throws Error where the row is not as it was written. */
export function readClimb(row: unknown): Climb {
  const { trial, rung, steps, ...rest } = parseRow(climbRow, row, 'climbs')
  return { trial, rung, steps, state: stateOf({ ...rest, cached_from: null }) }
}

const finalistRow = z.object({
  trial: whole,
  before: json(evaluation),
  after: json(evaluation),
  file: z.string(),
})

/** A row of `finalists`. @throws Error where the row is not as it was written. */
export function readFinalist(row: unknown): Finalist {
  return parseRow(finalistRow, row, 'finalists')
}

/** An event as it was stored; scores of runs older than the choice of a metric are completed. */
export function readEvent(body: string): RunEvent {
  // To look at every value takes ten times as long.
  if (body.includes('"metric":') || !/"(train|val|test)":/.test(body)) return JSON.parse(body) as RunEvent
  return JSON.parse(body, (key, value: unknown) => {
    if (!['train', 'val', 'test'].includes(key)) return value
    const read = score.safeParse(value)
    return read.success ? read.data : value
  }) as RunEvent
}

const eventRow = z.object({ id: whole, body: z.string() })

/** A row of `events`. @throws Error where the row is not as it was written. */
export function readEventRow(row: unknown): { readonly id: number; readonly event: RunEvent } {
  const { id, body } = parseRow(eventRow, row, 'events')
  // Only pare's own process writes them.
  return { id, event: readEvent(body) }
}

/** The row of `events` of a milestone. @throws Error where the row is not as it was written, or tells of something else. */
export function readMilestone(row: unknown): Milestone {
  const { event } = readEventRow(row)
  if (isMilestone(event)) return event
  throw new Error(`table events: expected one of ${milestoneTypes.join(', ')}, found ${event.type}`)
}

const checkpointRow = z.object({ trial: z.number().int().min(-1), state: z.instanceof(Uint8Array) })

/** The row of `checkpoint`. @throws Error where the row is not as it was written. */
export function readCheckpoint(row: unknown): Checkpoint {
  const { trial, state } = parseRow(checkpointRow, row, 'checkpoint')
  return { trial, state: decodeAgentState(state) }
}

/** The row of `definition`, as it was given. @throws Error where the row is not as it was written. */
export function readDefinitionRow(row: unknown): unknown {
  return JSON.parse(parseRow(z.object({ body: z.string() }), row, 'definition').body)
}
