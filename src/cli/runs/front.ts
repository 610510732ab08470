import type { Evaluation } from '../../evaluate/evaluation.js'
import { type BudgetKind, budgetKinds } from '../../graph/cost-kinds.js'
import { aimedCosts, unitOfCost } from '../../search/aimed-costs.js'
import type { RunDefinition } from '../../search/definition.js'
import { type KnownTrial, knownTrials, paretoFront } from '../../search/front.js'
import { type RunReader, trialPages } from '../../search/run-store.js'
import { valScore } from '../../search/val-score.js'
import { costLabels, costText } from '../../ui/cost-text.js'
import { percent, whole } from '../../ui/format.js'
import { scatter } from '../../ui/scatter.js'
import { plainTable } from '../../ui/table.js'
import { UsageError } from '../options/error.js'

/** Costs beside the score at most. */
const MOST_COSTS = 2

/** Rows of the table at most; `--json` has them all. */
const MOST_ROWS = 40

/** The trials of a run that none betters by score and by costs. */
export interface RunFront {
  readonly costs: readonly BudgetKind[]
  readonly original: Evaluation
  readonly trials: readonly KnownTrial[]
}

/** What `--front` names: one or two kinds of cost. @throws UsageError for anything else. */
export function parseFrontCosts(text: string): readonly BudgetKind[] {
  const kinds = text.split(',').map(name => {
    const kind = budgetKinds.find(known => known === name)
    if (kind === undefined)
      throw new UsageError(`--front ${text}: expected some of ${budgetKinds.join(', ')}, found ${name}`)
    return kind
  })
  if (new Set(kinds).size < kinds.length || kinds.length > MOST_COSTS)
    throw new UsageError(`--front ${text}: expected one or two different costs`)
  return kinds
}

/** The front of a run by some costs, those that it aims at where none are named; null before its first trial. */
export async function readFront(
  definition: Pick<RunDefinition, 'budgets' | 'maxDrop'>,
  reader: RunReader,
  named: readonly BudgetKind[] | null,
): Promise<RunFront | null> {
  const original = (await reader.milestones()).findLast(event => event.type === 'baseline')?.report
  if (original === undefined) return null
  const costs = named ?? aimedCosts(definition).slice(0, MOST_COSTS)
  const unknown = costs.find(kind => original.cost[kind] === undefined)
  if (unknown !== undefined)
    throw new UsageError(`--front ${unknown}: the run has no profile that tells it of its trials`)
  const [climbs, finalists] = [await reader.climbs(), await reader.finalists()]
  let front: readonly KnownTrial[] = []
  for await (const trials of trialPages(reader))
    front = paretoFront([...front, ...knownTrials(trials, climbs, finalists)], costs)
  return { costs, original, trials: front }
}

/** The front as the JSON document has it: scores on validation as fractions, costs with their share of the original's. */
export function frontJson({ costs, original, trials }: RunFront) {
  return trials.map(({ trial, told, newest, stage }) => ({
    trial,
    stage,
    before: valScore(told),
    after: stage === 'trial' ? null : valScore(newest),
    costs: Object.fromEntries(
      costs.map(kind => {
        const value = newest.cost[kind]!
        return [kind, { value, share: value / original.cost[kind]! }]
      }),
    ),
  }))
}

/** The front as a table, with a picture of it where there is one cost. */
export function frontText(
  definition: Pick<RunDefinition, 'predictors'>,
  { costs, original, trials }: RunFront,
): string {
  if (trials.length === 0) return 'no trial has finished yet'
  const shown = (kind: BudgetKind, value: number) => costText(kind, value, unitOfCost(definition, kind))
  const table = plainTable(
    ['trial', 'val', 'fine-tuned', ...costs.flatMap(kind => [costLabels[kind], 'of original'])],
    ['right', 'right', 'right', ...costs.flatMap(() => ['right', 'right'] as const)],
  )
  for (const { trial, told, newest, stage } of trials.slice(0, MOST_ROWS)) {
    const after = stage === 'trial' ? '' : `${percent(valScore(newest))}${stage === 'rung' ? ' (rung)' : ''}`
    table.push([
      String(trial),
      percent(valScore(told)),
      after,
      ...costs.flatMap(kind => {
        const value = newest.cost[kind]!
        return [shown(kind, value), percent(value / original.cost[kind]!, 1)]
      }),
    ])
  }
  const more = trials.length - MOST_ROWS
  const [cost, second] = costs
  const picture =
    cost === undefined || second !== undefined || trials.length < 2
      ? []
      : scatter(
          trials.map(({ newest }) => ({ x: newest.cost[cost]!, y: valScore(newest) })),
          { x: value => `${shown(cost, value)} ${costLabels[cost]}`, y: value => percent(value) },
        )
  const rest = more > 0 ? [`… and ${whole(more)} more; --json has them all`] : []
  return [table.toString(), ...rest, ...picture].join('\n')
}
