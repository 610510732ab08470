import { type TrialColumns, trialMarks, trialStates } from './page-data.js'

/** Which trials are listed: all, those of a state, or those with a mark. */
export type TrialFilter = 'all' | (typeof trialStates)[number] | keyof typeof trialMarks

export interface TrialQuery {
  readonly filter: TrialFilter
  /** Part of a number, a state or a reason, in any case; empty for all. */
  readonly text: string
  /** Place of the column of figures to sort by; null for the number of the trial. */
  readonly sort: number | null
  readonly descending: boolean
}

/** The numbers of the trials that are asked for, in order. Those without a figure to sort by come last. */
export function queriedTrials(trials: TrialColumns, query: TrialQuery): readonly number[] {
  const { filter, sort, descending } = query
  const text = query.text.trim().toLowerCase()
  const found: number[] = []
  for (let trial = 0; trial < trials.states.length; trial++)
    if (passes(trials, trial, filter) && (text === '' || tells(trials, trial, text))) found.push(trial)
  const values = sort === null ? null : (trials.numbers[sort]?.values ?? null)
  const direction = descending ? -1 : 1
  return found.sort((a, b) => {
    if (values === null) return direction * (a - b)
    const [one, other] = [values[a] ?? null, values[b] ?? null]
    if (one === null || other === null) return Number(one === null) - Number(other === null) || a - b
    return direction * (one - other) || a - b
  })
}

function passes({ states, marks }: TrialColumns, trial: number, filter: TrialFilter): boolean {
  switch (filter) {
    case 'all':
      return true
    case 'front':
    case 'finalist':
    case 'chosen':
      return (marks[trial]! & trialMarks[filter]) !== 0
    default:
      return trialStates[states[trial]!] === filter
  }
}

function tells({ states, reasons }: TrialColumns, trial: number, text: string): boolean {
  return `${trial} ${trialStates[states[trial]!]} ${reasons[trial] ?? ''}`.toLowerCase().includes(text)
}

/** Where a page of the list begins and ends, and how many pages there are; `page` is brought to one that there is. */
export function pageOf(length: number, size: number, page: number) {
  const pages = Math.max(1, Math.ceil(length / size))
  const at = Math.min(pages - 1, Math.max(0, page))
  return { page: at, pages, from: at * size, to: Math.min(length, (at + 1) * size) }
}
