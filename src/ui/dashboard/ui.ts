/** The views, in the order of their keys. */
export const pages = ['overview', 'layers', 'trials', 'pareto', 'workers', 'log'] as const

export type Page = (typeof pages)[number]

/** The views that list something. */
export type ListPage = 'layers' | 'trials' | 'log'

export function isList(page: Page): page is ListPage {
  return page === 'layers' || page === 'trials' || page === 'log'
}

export const sorts = ['number', 'val', 'reward', 'cost', 'time'] as const

export type Sort = (typeof sorts)[number]

export const filters = ['all', 'finished', 'cached', 'failed', 'front'] as const

export type Filter = (typeof filters)[number]

/** Of a list: what is selected, null for its start (of the log, its end), which moves along; and what is searched for. */
export interface ListState {
  readonly selected: number | null
  readonly query: string
}

/** What of the screen the keys change. */
export interface Ui {
  readonly page: Page
  readonly help: boolean
  /** Typed text goes to the query of the list. */
  readonly typing: boolean
  /** All about the selected trial. */
  readonly details: boolean
  readonly lists: Readonly<Record<ListPage, ListState>>
  readonly sort: Sort
  readonly reversed: boolean
  readonly filter: Filter
  /** Which cost stands beside the score, counted on from the first limited one. */
  readonly axis: number
}

const emptyList: ListState = { selected: null, query: '' }

export const initialUi: Ui = {
  page: 'overview',
  help: false,
  typing: false,
  details: false,
  lists: { layers: emptyList, trials: emptyList, log: emptyList },
  sort: 'number',
  reversed: false,
  filter: 'all',
  axis: 0,
}
