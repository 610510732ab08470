import * as z from 'zod'

/** A death of a job: when (ms since the epoch), of what, and what it was evaluating. */
const death = z.object({ at: z.number(), reason: z.string(), during: z.array(z.string()) })

export type Death = z.infer<typeof death>

/** What a job is to know of those before it. Tasks are named by keys that are the same in every process. */
const health = z.object({
  /** Deaths that no job has recorded yet. */
  deaths: z.array(death),
  /** Tasks that were under way at a death; each is done alone, so that a second death names its culprit. */
  suspects: z.array(z.string()),
  /** Tasks that are not tried again, with what is to be told of each. */
  verdicts: z.array(z.object({ task: z.string(), reason: z.string() })),
})

export type Health = z.infer<typeof health>

export const healthy: Health = { deaths: [], suspects: [], verdicts: [] }

/** How a job or its supervisor ended in good order: an exit code and a line for the user, where there is something to say. */
const ended = z.object({ kind: z.literal('ended'), code: z.number(), line: z.string().nullable() })

export type Ended = z.infer<typeof ended>

/** What goes down to a job or to a supervisor. */
const order = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start'), work: z.unknown(), health }),
  /** Save and end. */
  z.object({ kind: z.literal('stop') }),
  /** End at once; what was committed is saved anyway. */
  z.object({ kind: z.literal('kill') }),
])

export type Order = z.infer<typeof order>

/** What comes up from a job. */
const report = z.discriminatedUnion('kind', [
  /** All is checked and the run's folder is there: what it is called, and its path. */
  z.object({ kind: z.literal('ready'), run: z.string(), path: z.string() }),
  /** A task was handed to a worker. `what` is its name for people, such as `trial 7`. */
  z.object({ kind: z.literal('begun'), task: z.string(), what: z.string() }),
  /** A task has ended, well or badly. */
  z.object({ kind: z.literal('done'), task: z.string() }),
  /** A task does not answer; only the end of the process ends it. */
  z.object({ kind: z.literal('hung'), task: z.string(), reason: z.string() }),
  ended,
])

export type Report = z.infer<typeof report>

export function parseOrder(message: unknown): Order {
  return order.parse(message)
}

export function parseReport(message: unknown): Report {
  return report.parse(message)
}
