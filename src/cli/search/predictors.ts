import { existsSync } from 'node:fs'
import type { Predictors } from '../../evaluate/device-costs.js'
import { type DeviceCostKind, deviceCostKinds } from '../../graph/cost-kinds.js'
import { createPredictor, type Predictor } from '../../latency/predictor.js'
import type { ProfileUnit } from '../../latency/profile.js'
import { openProfile } from '../../store/profile-store.js'
import type { AskedBudget } from '../options/budget-option.js'
import { UsageError } from '../options/error.js'
import { defaultProfile } from '../profile/names.js'

/** What a profile in some unit tells. */
const kindOf = { ms: 'latency', cycles: 'latency', mJ: 'energy' } as const satisfies Record<
  ProfileUnit,
  DeviceCostKind
>

/** The predictor that a profile gives. @throws StoreError, UsageError for a file that is no profile or knows nothing. */
export async function readPredictor(file: string): Promise<Predictor> {
  const store = await openProfile(file, null)
  try {
    const profile = await store.profile()
    if (profile.kind === 'table' && profile.layers.length === 0)
      throw new UsageError(`${file}: nothing has been measured on ${profile.device.name} yet`)
    return createPredictor(profile)
  } finally {
    await store.close()
  }
}

/**
 * The predictors of some profiles, this machine's where latency is limited and none is named.
 * @throws UsageError where a budget needs one that is not there, or two profiles tell the same.
 */
export async function readPredictors(
  files: readonly string[],
  budgets: readonly AskedBudget[],
  model: string,
): Promise<Predictors> {
  const limitsLatency = budgets.some(({ kind }) => kind === 'latency')
  const named = files.length === 0 && limitsLatency && existsSync(defaultProfile) ? [defaultProfile] : files
  const predictors: { -readonly [K in keyof Predictors]: Predictors[K] } = {}
  for (const file of named) {
    const predictor = await readPredictor(file)
    const kind = kindOf[predictor.device.unit]
    if (predictors[kind] !== undefined) throw new UsageError(`--profile ${file}: a second profile of ${kind}`)
    predictors[kind] = predictor
  }
  for (const kind of deviceCostKinds)
    if (predictors[kind] === undefined && budgets.some(budget => budget.kind === kind))
      throw new UsageError(
        kind === 'latency'
          ? `--budget latency: nothing is known of the device; run pare profile ${model}, or name a --profile`
          : '--budget energy: name a --profile in mJ',
      )
  return predictors
}
