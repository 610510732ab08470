import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { elementCount } from '../../graph/tensor.js'
import type { Instrument, TimedModel } from '../../runtime/instrument.js'
import { nodeRuntime, openNodeInstrument } from '../../runtime/node-instrument.js'
import { spreadOf } from '../../runtime/spread.js'
import { untilSure } from '../../runtime/until-sure.js'
import type { RunDefinition } from '../../search/definition.js'
import type { Finalist } from '../../search/trial.js'
import type { Inputs } from '../files/inputs.js'
import { thisDevice } from '../profile/options.js'

/** A finalist with its latency as it was measured, in the unit of the budget. */
export interface Confirmed {
  readonly finalist: Finalist
  readonly latency: number
}

/**
 * Measures finalists beside the original, where the run limits latency on this machine in this runtime; null where it
 * does not, as for the profile of a phone.
 * @param finalists best first
 * @param folder the run's
 */
export async function confirmLatency(
  { budgets, predictors }: Pick<RunDefinition, 'budgets' | 'predictors'>,
  { modelBytes, data, graph }: Pick<Inputs, 'modelBytes' | 'data' | 'graph'>,
  finalists: readonly Finalist[],
  folder: string,
  signal: AbortSignal,
): Promise<readonly Confirmed[] | null> {
  const budget = budgets.find(({ kind }) => kind === 'latency')
  const device = predictors.latency?.device
  if (budget === undefined || device?.name !== thisDevice || device.runtime !== nodeRuntime) return null
  const sample = data.val.samples.slice(0, elementCount(data.sampleShape))
  const feeds = { [graph.inputs[0]!.name]: { data: sample, shape: [1, ...data.sampleShape] } }
  const timed = (model: Uint8Array): TimedModel => ({ model, feeds, kernels: false })
  const instrument = openNodeInstrument()
  try {
    const confirmed: Confirmed[] = []
    for (const finalist of finalists) {
      signal.throwIfAborted()
      const models = [timed(modelBytes), timed(readFileSync(join(folder, finalist.file)))] as const
      // The original's place on the quiet machine is what the budget was counted from.
      confirmed.push({ finalist, latency: budget.original * (await ratioOf(instrument, models)) })
    }
    return confirmed
  } finally {
    await instrument.close()
  }
}

/** How long the second of two models takes, as a share of the first. */
async function ratioOf(instrument: Instrument, models: readonly [TimedModel, TimedModel]): Promise<number> {
  const ratios = await untilSure(async runs => {
    const [first, second] = await instrument.time(models, runs)
    return Array.from(first!.ms, (ms, run) => second!.ms[run]! / ms)
  })
  return spreadOf(ratios).median
}

/** The best finalist that keeps the limit; where none does, the best of all. */
export function bestWithin(confirmed: readonly Confirmed[], limit: number): Confirmed | undefined {
  return confirmed.find(({ latency }) => latency <= limit) ?? confirmed[0]
}
