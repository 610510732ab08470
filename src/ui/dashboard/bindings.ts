import type { Page } from './ui.js'

/** What the keys of a screen can do beside moving about: what its owner gave it. */
export interface Powers {
  readonly detach: boolean
  readonly pause: boolean
}

/** Keys and what they do, for the help and the last row. */
export interface Binding {
  readonly keys: string
  readonly does: string
  /** In the last row; not there where it is left out. */
  readonly brief?: string
  /** Where it works; everywhere where it is left out. */
  readonly pages?: readonly Page[]
}

const lists: readonly Page[] = ['layers', 'trials', 'log']

const bindings: readonly (Binding & { readonly power?: keyof Powers })[] = [
  { keys: '?', does: 'this help, and back', brief: 'help' },
  { keys: '1-6', does: 'views; Tab and the arrows left and right go through them' },
  { keys: 'p', does: 'pause: begin no new trial, or go on', brief: 'pause', power: 'pause' },
  { keys: 'd', does: 'detach: leave the run to itself', brief: 'detach', power: 'detach' },
  { keys: 'j k', does: 'down and up; arrows too', brief: 'move', pages: lists },
  { keys: '/', does: 'search; Enter keeps it, Esc ends it', brief: 'search', pages: lists },
  { keys: 'Enter', does: 'all about the trial, and back', brief: 'details', pages: ['trials'] },
  {
    keys: 's S',
    does: 'sort by number, val, reward, cost, time; S turns it',
    brief: 'sort',
    pages: ['trials'],
  },
  { keys: 'f', does: 'show all, finished, cached, failed, front', brief: 'filter', pages: ['trials'] },
  { keys: 'x', does: 'the next cost beside the score', brief: 'cost', pages: ['pareto', 'trials'] },
  { keys: 'PgUp PgDn', does: 'a page up or down; Space and b too', pages: lists },
  { keys: 'g G', does: 'first and last; Home and End too', pages: lists },
  { keys: 'r', does: 'draw the screen anew; Ctrl-L too' },
]

/** The bindings that work on a page, or all of them. */
export function bindingsOf(powers: Powers, page: Page | null): readonly Binding[] {
  return bindings.filter(
    ({ pages, power }) =>
      (power === undefined || powers[power]) &&
      (page === null || pages === undefined || pages.includes(page)),
  )
}
