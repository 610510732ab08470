import type { DecisionKind } from './policy.js'
import type { Probe } from './probe.js'

/** What one decision does on its own, all else as it was. */
export interface DecisionSensitivity {
  readonly kind: DecisionKind
  readonly name: string
  /** Loss at values of the decision, mean cross-entropy in nats; null where it could not be measured. */
  readonly losses: readonly { readonly value: number; readonly loss: number | null }[]
}

/** Measured losses by decision, such as a greedy search or an integer program starts from. Plain data. */
export interface SensitivityTable {
  /** Samples of the training split that all losses are of. */
  readonly n: number
  /** Loss of the original. */
  readonly loss: number
  readonly decisions: readonly DecisionSensitivity[]
}

/** Losses of probes by decision, in the order in which the decisions first come; what is no decision is left out. */
export function sensitivityTable(
  original: { readonly loss: number; readonly n: number },
  measured: readonly { readonly probe: Probe; readonly loss: number | null }[],
): SensitivityTable {
  const decisions = new Map<string, DecisionSensitivity>()
  for (const { probe, loss } of measured) {
    if (probe.kind !== 'decision') continue
    const { decision: kind, name, value } = probe
    const key = `${kind} ${name}`
    decisions.set(key, { kind, name, losses: [...(decisions.get(key)?.losses ?? []), { value, loss }] })
  }
  return { n: original.n, loss: original.loss, decisions: [...decisions.values()] }
}

/**
 * What a decision at a value takes from the likelihood of the right classes, their geometric mean, as a share in [0,1]; all
 * of it where it could not be measured. Undefined where it was not asked.
 */
export function likelihoodLost(
  table: SensitivityTable,
  { kind, name }: Pick<DecisionSensitivity, 'kind' | 'name'>,
  value: number,
): number | undefined {
  const decision = table.decisions.find(other => other.kind === kind && other.name === name)
  const found = decision?.losses.find(at => at.value === value)
  if (found === undefined) return undefined
  return found.loss === null ? 1 : 1 - Math.exp(-Math.max(0, found.loss - table.loss))
}
