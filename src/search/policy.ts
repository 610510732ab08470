import { createHash } from 'node:crypto'

/** What was decided: how many channels each group keeps, by group name, in decision order. */
export interface Policy {
  readonly keep: Readonly<Record<string, number>>
}

/** SHA-256 of the canonical JSON (keys sorted); the cache key of an evaluation. */
export function policyHash(policy: Policy): string {
  const entries = Object.entries(policy.keep).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex')
}
