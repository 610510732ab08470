import type { DecisionKind, Policy } from './policy.js'

/** One change to a network that leaves all else as it is: what sensitivity is measured by. Plain data. */
export type Probe =
  /** One decision at one value: the channels of a group, or the bits of a place. */
  | {
      readonly kind: 'decision'
      readonly decision: DecisionKind
      readonly name: string
      readonly value: number
    }
  /** The smallest weights of a layer become zero; the share `kept` of them stays. By the first layer that has the weight. */
  | { readonly kind: 'zeros'; readonly name: string; readonly kept: number }

type DecisionProbe = Extract<Probe, { kind: 'decision' }>

/** A decision alone as a policy. */
export function policyOfProbe({ decision, name, value }: DecisionProbe): Policy {
  return { keep: {}, [decision]: { [name]: value } }
}

/** The decisions, each alone, at each of their values. */
export function decisionProbes(
  decisions: readonly {
    readonly kind: DecisionKind
    readonly name: string
    readonly values: readonly number[]
  }[],
): readonly DecisionProbe[] {
  return decisions.flatMap(({ kind, name, values }) =>
    values.map(value => ({ kind: 'decision' as const, decision: kind, name, value })),
  )
}
