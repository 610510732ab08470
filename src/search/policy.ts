import { createHash } from 'node:crypto'
import { type Decided, decisionKinds, type Policy } from '../compress/policy.js'

/** SHA-256 of the canonical JSON (keys sorted); the cache key of an evaluation. */
export function policyHash(policy: Policy): string {
  const { keep, ...others } = policy
  const rest = decisionKinds.flatMap(kind =>
    kind !== 'keep' && others[kind] !== undefined ? [[kind, sorted(others[kind])]] : [],
  )
  // Where only widths are decided, the hash is that of runs from before there was more to decide.
  const canonical = rest.length === 0 ? sorted(keep) : [['keep', sorted(keep)], ...rest]
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex')
}

function sorted(decided: Decided): readonly (readonly [string, number])[] {
  return Object.entries(decided).sort(([a], [b]) => (a < b ? -1 : 1))
}
