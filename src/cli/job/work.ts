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

const flags = z.record(z.string(), z.unknown())

/** What a job is to do, as it crosses to its process; what is new also says how it goes on after a death. */
const workSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('search'),
    options: flags,
    again: resumeOptions,
    shown,
  }),
  z.object({ kind: z.literal('resume'), run: z.string(), options: resumeOptions, shown }),
  z.object({ kind: z.literal('compare'), options: flags, again: flags }),
  z.object({ kind: z.literal('compare-again'), comparison: z.string(), options: flags }),
])

export type Work = z.infer<typeof workSchema>

export function parseWork(given: unknown): Work {
  return workSchema.parse(given)
}

/** The work that is left when its job has died. @param path of the run or the comparison */
export function workAgain(work: Work, path: string): Work {
  switch (work.kind) {
    case 'search':
      return { kind: 'resume', run: path, options: work.again, shown: work.shown }
    case 'resume':
      return { ...work, run: path }
    case 'compare':
      return { kind: 'compare-again', comparison: path, options: work.again }
    case 'compare-again':
      return { ...work, comparison: path }
  }
}
