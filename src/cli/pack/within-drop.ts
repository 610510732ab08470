import { BudgetError } from '../../../envs/budget.js'
import type { Sparsity } from '../../compress/sparsity/sparsity.js'

/** Times that a network is made at most. */
const TRIES = 4

/** What a network may lose. */
export interface DropLimit {
  /** The original's score, in [0,1]. */
  readonly accuracy: number
  /** In points of it; undefined takes what comes. */
  readonly maxDrop: number | undefined
}

/**
 * What `make` makes with so many zeros; where it loses too much, with twice as many weights that stay, and again. The reason
 * goes to `tell`.
 * @throws BudgetError where even the last try loses more, or no weight would be zero in the next
 */
export async function withinDrop<T extends { readonly accuracy: number }>(
  asked: Sparsity,
  { accuracy, maxDrop }: DropLimit,
  make: (target: Sparsity) => Promise<T>,
  tell: (line: string) => void,
): Promise<T> {
  let target = asked
  for (let tried = 1; ; tried++) {
    const made = await make(target)
    const drop = 100 * (accuracy - made.accuracy)
    if (maxDrop === undefined || drop <= maxDrop) return made
    const share = target.kind === 'share' ? 1 - 2 * (1 - target.share) : 0
    const lost = `the validation score falls by ${drop.toFixed(2)} points`
    if (tried === TRIES || share <= 0)
      throw new BudgetError(`${lost}, more than --max-drop ${maxDrop}, after ${tried} tries`)
    tell(`${lost}: twice as many weights stay`)
    target = { kind: 'share', share }
  }
}
