/** What can be decided, in the order in which one place's decisions are taken. */
export const decisionKinds = ['keep', 'weightBits', 'activationBits'] as const

export type DecisionKind = (typeof decisionKinds)[number]

/** One number for each decided thing, by its name. */
export type Decided = Readonly<Record<string, number>>

/** What was decided; a kind that is left out, and a name within one, leaves things as they are. */
export interface Policy {
  /** How many channels each group keeps. */
  readonly keep: Decided
  /** Bits of each layer's weights: 2 to 8, or 32 for float. */
  readonly weightBits?: Decided
  /** Bits of the values that layers read, by the name of the group that shares a quantiser: 2 to 8, or 32 for float. */
  readonly activationBits?: Decided
}
