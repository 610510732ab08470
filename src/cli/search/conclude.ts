import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Evaluation } from '../../evaluate/evaluation.js'
import type { RunDefinition } from '../../search/definition.js'
import type { RunEvent } from '../../search/events.js'
import type { Finalist } from '../../search/trial.js'
import type { Inputs } from '../files/inputs.js'
import { packedBeside, type RunFolder, writeWhole } from '../runs/run-folder.js'
import { bestWithin, confirmLatency } from './confirm-latency.js'
import { measureChosen } from './measure-chosen.js'
import type { PlayedPoint } from './play-points.js'

/** A run whose finals are over. */
export interface ConcludedRun {
  readonly definition: RunDefinition
  readonly folder: RunFolder
  readonly inputs: Inputs
  readonly baseline: Evaluation
  readonly signal: AbortSignal
}

/** Where the model of a point is written: the first is the run's best. */
export function pointFile({ best }: Pick<RunFolder, 'best'>, place: number, asked: string): string {
  return place === 0 ? best : best.replace(/\.onnx$/, `-${asked}.onnx`)
}

/**
 * Chooses the model of each point, its latency confirmed where that is limited, measures it once on the test split, and
 * writes it; the first point's is the run's result.
 */
export async function conclude(
  run: ConcludedRun,
  played: readonly PlayedPoint[],
  record: (event: RunEvent) => Promise<void>,
): Promise<void> {
  const { definition, folder, inputs, baseline, signal } = run
  let result: RunEvent | null = null
  for (const [place, { point, finalists }] of played.entries()) {
    const budget = definition.budgets.find(({ kind }) => kind === 'latency')
    const limit = point?.kind === 'latency' ? point.limit : (budget?.limit ?? Number.POSITIVE_INFINITY)
    const confirmed = await confirmLatency(definition, inputs, finalists, folder.path, signal)
    for (const { finalist, latency } of confirmed ?? [])
      await record({ at: Date.now(), type: 'finalist-measured', trial: finalist.trial, latency, limit })
    const within = confirmed === null ? undefined : bestWithin(confirmed, limit)
    const best: Finalist | undefined = within?.finalist ?? finalists[0]
    if (best === undefined) throw new Error('no finalist came out of the finals')
    const { trial, before, after } = best
    const from = join(folder.path, best.file)
    const model = readFileSync(from)
    const { original, chosen } = await measureChosen(inputs, baseline, { model, evaluation: after })
    const file = pointFile(folder, place, point?.asked ?? '')
    writeWhole(file, model)
    if (existsSync(packedBeside(from))) writeWhole(packedBeside(file), readFileSync(packedBeside(from)))
    const report = within === undefined ? chosen : { ...chosen, confirmed: { latency: within.latency } }
    if (place === 0) await record({ at: Date.now(), type: 'baseline', report: original })
    if (point !== null && played.length > 1) {
      const { kind, asked, limit } = point
      const summary = { kind, asked, limit }
      await record({ at: Date.now(), type: 'point-chosen', point: summary, trial, before, report, file })
    }
    result ??= { at: Date.now(), type: 'chosen', trial, report, file }
  }
  if (result !== null) await record(result)
}
