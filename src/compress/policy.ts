/** What can be decided, in the order in which one place's decisions are taken. */
export const decisionKinds = ['blocks', 'keep', 'rank', 'weightBits', 'activationBits'] as const

export type DecisionKind = (typeof decisionKinds)[number]

/** One number for each decided thing, by its name. */
export type Decided = Readonly<Record<string, number>>

/** What was decided; a kind that is left out, and a name within one, leaves things as they are. */
export interface Policy {
  /** How many channels each group keeps. */
  readonly keep: Decided
  /** 1 where a residual block stays, 0 where it goes, by the node that adds it. */
  readonly blocks?: Decided
  /** Ranks at which layers are split, by layer; a layer stays whole where its rank would not make it smaller. */
  readonly rank?: Decided
  /** Bits of layers' weights, 1 to 8, by the first layer that has the weight. */
  readonly weightBits?: Decided
  /** Bits of the values that layers read, 2 to 8, by the first layer that reads them. */
  readonly activationBits?: Decided
}
