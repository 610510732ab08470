import { halfAndQuarter } from '../../../envs/measured.js'
import type { Decidable } from '../../../envs/site.js'
import { decisionProbes } from '../../compress/probe.js'
import { type SensitivityTable, sensitivityTable } from '../../compress/sensitivity-table.js'
import type { Evaluator } from '../../evaluate/evaluator.js'
import { measureSensitivity } from '../../evaluate/sensitivity/measure.js'
import type { RunEvent } from '../../search/events.js'
import type { RunStore } from '../../search/run-store.js'
import { whole } from '../../ui/format.js'

/** Training samples that each decision is tried on: the validation split chooses, so it must not teach. */
const SENSITIVITY_SAMPLES = 400

/** What measuring needs of a run. */
export interface SensitivityJob {
  readonly decidables: readonly Decidable[]
  /** Training samples there are. */
  readonly n: number
  readonly store: Pick<RunStore, 'events'>
  readonly record: (event: RunEvent) => Promise<void>
  readonly open: () => Evaluator
  readonly signal: AbortSignal
}

/**
 * What each decision costs alone, at half and at a quarter of what there is. Measured once: a run that goes on takes what is
 * stored with it.
 */
export async function runSensitivity(job: SensitivityJob): Promise<SensitivityTable> {
  const { events } = await job.store.events(0)
  const stored = events.find(event => event.type === 'sensitivity-measured')
  if (stored !== undefined) return stored.table
  const probes = decisionProbes(
    job.decidables.map(decidable => ({ ...decidable, values: halfAndQuarter(decidable) })),
  )
  const samples = { split: 'train', n: Math.min(SENSITIVITY_SAMPLES, job.n) } as const
  const step = `sensitivity, ${whole(probes.length)} settings on ${whole(samples.n)} training samples`
  await job.record({ at: Date.now(), type: 'preparing', step })
  const evaluator = job.open()
  try {
    const { original, measured } = await measureSensitivity(evaluator, probes, samples, job.signal)
    job.signal.throwIfAborted()
    const losses = measured.map(({ probe, outcome }) => ({
      probe,
      loss: outcome.kind === 'measured' ? outcome.loss : null,
    }))
    const table = sensitivityTable(original, losses)
    await job.record({ at: Date.now(), type: 'sensitivity-measured', table })
    return table
  } finally {
    await evaluator.close()
  }
}
