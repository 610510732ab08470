import type { DecisionKind } from '../../compress/policy.js'

/** A decided value where there is little room: 12/16 channels, rank 4/8, 4 bits of weights or of values. */
export function decisionText(kind: DecisionKind, value: number, most: number): string {
  switch (kind) {
    case 'keep':
      return `${value}/${most}`
    case 'rank':
      return `rank ${value}/${most}`
    case 'blocks':
      return value === 0 ? 'gone' : 'stays'
    case 'weightBits':
      return `w${value}`
    case 'activationBits':
      return `a${value}`
  }
}
