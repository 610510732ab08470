import { unitOfCost } from '../../search/aimed-costs.js'
import type { RunDefinition } from '../../search/definition.js'
import { costText } from '../../ui/cost-text.js'
import { duration, percent } from '../../ui/format.js'
import { scoreName } from '../../ui/score-text.js'
import type { Fact } from './facts.js'
import { costTitles } from './model-rows.js'

type Task = Omit<RunDefinition, 'agent' | 'seed'>

/** What was asked for: of which model and data, by which metric and within which limits. */
export function taskFacts(definition: Task, metric: string): readonly Fact[] {
  return [
    ['model', definition.model.source],
    ['data', definition.data.path],
    // Accuracy is what all figures are where nothing else is said.
    ...(metric === 'top1' ? [] : [['metric', scoreName({ metric })] as const]),
    ['budget', budgetText(definition)],
  ]
}

function budgetText(definition: Task): string {
  const { budgets, points: more, maxDrop } = definition
  const limits = budgets.map(
    ({ kind, limit, original }) =>
      `${costTitles[kind]} ≤ ${costText(kind, limit, unitOfCost(definition, kind))} (${percent(limit / original, 1)})`,
  )
  return [
    ...limits,
    ...(more.length > 0 ? [`then ${more.map(({ asked }) => asked).join(', ')}`] : []),
    ...(maxDrop === null
      ? []
      : [
          `validation score at most ${maxDrop.limit} points down, ${costTitles[maxDrop.minimize]} as small as can be`,
        ]),
  ].join('; ')
}

/** When something began and how long it took, both from its events, ms since the epoch. */
export function timeText({ first, last }: { readonly first: number; readonly last: number }): string {
  return `${dateText(first)}, ${duration(last - first)} from the first event to the last`
}

export function dateText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
