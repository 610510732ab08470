import type { BudgetKind } from '../../graph/cost-kinds.js'
import type { MaxDrop } from '../../search/limit.js'
import { type AskedBudget, limitOf, parseBudget } from '../options/budget-option.js'
import { UsageError } from '../options/error.js'
import type { SearchOptions } from './options.js'

/** What a search is after, as the command line has it. */
type Aims = Pick<
  SearchOptions,
  | 'budget'
  | 'points'
  | 'nested'
  | 'maxDrop'
  | 'minimize'
  | 'reward'
  | 'decide'
  | 'agent'
  | 'trials'
  | 'initAgent'
>

/** @throws UsageError for aims that do not go together. */
export function assertAims(aims: Aims): void {
  const { budget, points, nested, maxDrop, minimize, reward, decide, agent, trials, initAgent } = aims
  if (budget.length === 0 && maxDrop === undefined)
    throw new UsageError('--budget is missing, or --max-drop instead')
  if (points.length > 0 && budget.length === 0)
    throw new UsageError('--points: expected a --budget, of whose kind they are smaller limits')
  if (points.length > 0 && maxDrop !== undefined)
    throw new UsageError('--points and --max-drop: expected one of the two')
  if (points.length > 0 && initAgent !== undefined)
    throw new UsageError('--init-agent: each of --points has an agent of its own, so expected one of the two')
  if (trials <= points.length)
    throw new UsageError(`--trials ${trials}: expected at least one for the budget and for each of --points`)
  if (nested && points.length === 0) throw new UsageError('--nested: expected --points, whose models nest')
  if (nested && decide.some(kind => kind !== 'keep'))
    throw new UsageError(`--nested: channels nest, so expected --decide keep, found ${decide.join(',')}`)
  if (minimize !== undefined && maxDrop === undefined)
    throw new UsageError(`--minimize ${minimize}: expected --max-drop, within which the cost is small`)
  if (maxDrop !== undefined && reward !== undefined && reward !== 'within-drop')
    throw new UsageError(`--reward ${reward}: --max-drop has a reward of its own, within-drop`)
  if (maxDrop === undefined && reward === 'within-drop')
    throw new UsageError('--reward within-drop: expected --max-drop')
  if (maxDrop !== undefined && agent === 'ip')
    throw new UsageError('--agent ip: it spends a budget, so it cannot follow --max-drop')
}

/** What the score may fall by, and the cost that is then small: the one named, else the first budget's, else MACs. */
export function maxDropOf({ maxDrop, minimize, budget }: Aims): MaxDrop | null {
  if (maxDrop === undefined) return null
  const [first] = budget.map(parseBudget)
  return { limit: maxDrop, minimize: minimize ?? first?.kind ?? 'macs' }
}

/** The budgets, and what is to be small, whose costs on devices have to be told. */
export function toldCosts(aims: Aims): readonly AskedBudget[] {
  const drop = maxDropOf(aims)
  return [...aims.budget.map(parseBudget), ...(drop === null ? [] : [{ kind: drop.minimize, asked: '100%' }])]
}

/**
 * Smaller limits than a budget's, falling.
 * @throws UsageError for one that cannot be read or is not smaller than the one before
 */
export function pointLimits(
  points: readonly string[],
  { kind, limit, original }: { readonly kind: BudgetKind; readonly limit: number; readonly original: number },
): readonly { readonly asked: string; readonly limit: number }[] {
  const found = points.map(asked => {
    if (!/^\d+(\.\d+)?(%|[kMG]|ms|mJ)?$/.test(asked))
      throw new UsageError(`--points ${asked}: expected limits of ${kind} such as 50%,25%`)
    return { asked, limit: limitOf(parseBudget(`${kind}=${asked}`).asked, original) }
  })
  found.sort((a, b) => b.limit - a.limit)
  found.forEach((point, i) => {
    if (point.limit >= (found[i - 1]?.limit ?? limit))
      throw new UsageError(
        `--points ${point.asked}: expected limits below the budget, each another, found ${point.limit} of ${limit} ${kind}`,
      )
  })
  return found
}
