import * as z from 'zod'
import { wholeNumber } from '../options/options.js'

const seconds = z.coerce.number().positive().max(1e6).exactOptional()

/** How a run is worked on: no part of what it is, so it may change whenever the run goes on. */
export const meansOptions = z.strictObject({
  workers: wholeNumber.min(1).max(256).exactOptional().describe('worker threads (default: one a core)'),
  trialTimeout: seconds.describe('seconds after which a trial is given up and has failed (default: none)'),
  finalistTimeout: seconds.describe(
    'seconds after which a finalist is given up and has failed (default: none)',
  ),
  trialMemory: wholeNumber
    .min(1)
    .exactOptional()
    .describe('MiB that the memory of a trial may grow by in its thread, else it has failed (default: none)'),
  recycle: wholeNumber
    .min(1)
    .exactOptional()
    .describe('candidates after which worker threads are replaced (default: when their memory grows)'),
})

export type Means = z.infer<typeof meansOptions>

/** What a run goes on with. */
export const resumeOptions = meansOptions.extend({
  trials: wholeNumber
    .min(1)
    .exactOptional()
    .describe('trials in all, if more than so far; while the search is not over'),
  /** Where the data set is now. */
  data: z.string().exactOptional(),
  /** What trains from here on, if it is to be another than so far. */
  backend: z.enum(['tensorflow', 'wasm']).exactOptional(),
  /** Goes on although the machine or the versions differ; the result may then differ in its last bits. */
  anyMachine: z.boolean(),
})

export type ResumeOptions = z.infer<typeof resumeOptions>

/** How a job shows what happens: lines on stderr and the result on stdout, or nothing, where others watch it. */
const shown = z.enum(['table', 'json', 'nothing'])

export type Shown = z.infer<typeof shown>

/** What a job is to do, as it crosses to its process; a new run also says how it goes on after a death. */
const workSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('search'),
    options: z.record(z.string(), z.unknown()),
    again: resumeOptions,
    shown,
  }),
  z.object({ kind: z.literal('resume'), run: z.string(), options: resumeOptions, shown }),
])

export type Work = z.infer<typeof workSchema>

export function parseWork(given: unknown): Work {
  return workSchema.parse(given)
}

/** The work that is left of a run when its job has died. */
export function workAgain(work: Work, run: string): Work {
  const options = work.kind === 'search' ? work.again : work.options
  return { kind: 'resume', run, options, shown: work.shown }
}
