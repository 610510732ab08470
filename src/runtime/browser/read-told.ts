import * as z from 'zod'
import type { Told } from './page/protocol.js'

const amount = z.number().nonnegative()
const text = z.string()

const times = z.object({
  ms: z.array(amount),
  kernels: z.array(z.array(z.object({ name: text, op: text, us: amount }))),
})

const job = z.int()

const told: z.ZodType<Told> = z.discriminatedUnion('kind', [
  z.object({ page: text, kind: z.literal('ready'), userAgent: text, isolated: z.boolean() }),
  z.object({ page: text, kind: z.literal('waiting') }),
  z.object({ page: text, kind: z.literal('progress'), job }),
  z.object({ page: text, kind: z.literal('timed'), job, times: z.array(times) }),
  z.object({ page: text, kind: z.literal('failed'), job: job.nullable(), reason: text }),
])

/** What a page told; null where it is nothing that the page of ours tells. */
export function readTold(json: string): Told | null {
  try {
    return told.parse(JSON.parse(json))
  } catch {
    return null
  }
}
