import * as z from 'zod'
import { metricNames } from '../../data/goals.js'
import type { AskedMetric } from '../../evaluate/goals/plan.js'
import { balanceNames } from '../../train/options.js'
import { UsageError } from './error.js'

/** What `--metric` takes, to every command that scores. */
export const metricOption = z
  .string()
  .optional()
  .describe(
    `what is scored and chosen by: ${metricNames.join(', ')}; of several outputs NAME=METRIC[:WEIGHT],… (default: what the data allow, top1 with classes, fidelity without labels)`,
  )

/** What `--balance` takes, to every command that trains. */
export const balanceOption = z
  .enum(balanceNames)
  .default('weights')
  .describe(`how training weighs several outputs: ${balanceNames.join(', ')}`)

/**
 * `iou`, or `logits=top1,mask=iou:0.5`; nothing leaves the choice to the data.
 * @throws UsageError for what cannot be read.
 */
export function parseMetric(text: string | undefined): readonly AskedMetric[] {
  if (text === undefined) return []
  const asked = text.split(',').map(part => {
    const end = part.lastIndexOf('=')
    const [name = '', weight = '1', ...rest] = part.slice(end + 1).split(':')
    const metric = metricNames.find(known => known === name.trim())
    if (metric === undefined || rest.length > 0 || !(Number(weight) > 0 && Number.isFinite(Number(weight))))
      throw new UsageError(
        `--metric: expected one of ${metricNames.join(', ')}, or OUTPUT=METRIC[:WEIGHT],…, found ${part}`,
      )
    return { output: end < 0 ? null : part.slice(0, end).trim(), metric, weight: Number(weight) }
  })
  if (asked.length > 1 && asked.some(({ output }) => output === null))
    throw new UsageError(`--metric ${text}: of several metrics each names its output, OUTPUT=METRIC`)
  return asked
}
