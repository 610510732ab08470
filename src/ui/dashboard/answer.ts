import type { Key } from './keys.js'
import { type Listing, positionIn } from './listing.js'
import { filters, isList, type ListPage, type ListState, pages, sorts, type Ui } from './ui.js'

/** The list of the page that is open, and how many rows of it are seen. */
export interface OpenList {
  readonly listing: Listing
  readonly room: number
}

/** The screen after a key; the same object where it means nothing here. What ends or redraws is left to the caller. */
export function uiAfter(ui: Ui, key: Key, list: OpenList | null): Ui {
  if (ui.typing && isList(ui.page)) return typed(ui, ui.page, key)
  if (ui.help && isClosing(key)) return { ...ui, help: false }
  return key.kind === 'named' ? named(ui, key.name, list) : character(ui, key.character, list)
}

function isClosing(key: Key): boolean {
  return key.kind === 'named' ? key.name === 'escape' || key.name === 'return' : key.character === '?'
}

function typed(ui: Ui, page: ListPage, key: Key): Ui {
  const { query } = ui.lists[page]
  if (key.kind === 'character') return searched(ui, page, query + key.character)
  switch (key.name) {
    case 'backspace':
      return searched(ui, page, [...query].slice(0, -1).join(''))
    case 'escape':
      return { ...searched(ui, page, ''), typing: false }
    default:
      return { ...ui, typing: false }
  }
}

function searched(ui: Ui, page: ListPage, query: string): Ui {
  return withList(ui, page, { query, selected: null })
}

function withList(ui: Ui, page: ListPage, change: Partial<ListState>): Ui {
  return { ...ui, lists: { ...ui.lists, [page]: { ...ui.lists[page], ...change } } }
}

function named(ui: Ui, name: Extract<Key, { kind: 'named' }>['name'], list: OpenList | null): Ui {
  switch (name) {
    case 'tab':
    case 'right':
      return turned(ui, 1)
    case 'shift-tab':
    case 'left':
      return turned(ui, -1)
    case 'up':
      return moved(ui, list, -1)
    case 'down':
      return moved(ui, list, 1)
    case 'pageup':
      return moved(ui, list, -(list?.room ?? 0))
    case 'pagedown':
      return moved(ui, list, list?.room ?? 0)
    case 'home':
      return moved(ui, list, Number.NEGATIVE_INFINITY)
    case 'end':
      return moved(ui, list, Number.POSITIVE_INFINITY)
    case 'return':
      return ui.page === 'trials' ? { ...ui, details: !ui.details } : ui
    case 'escape':
      return escaped(ui)
    default:
      return ui
  }
}

function character(ui: Ui, pressed: string, list: OpenList | null): Ui {
  const page = pages[Number(pressed) - 1]
  if (page !== undefined) return { ...ui, page, help: false }
  if (pressed === '?') return { ...ui, help: true }
  if (pressed === 'x') return { ...ui, axis: ui.axis + 1 }
  if (!isList(ui.page)) return ui
  switch (pressed) {
    case 'j':
      return moved(ui, list, 1)
    case 'k':
      return moved(ui, list, -1)
    case ' ':
      return moved(ui, list, list?.room ?? 0)
    case 'b':
      return moved(ui, list, -(list?.room ?? 0))
    case 'g':
      return moved(ui, list, Number.NEGATIVE_INFINITY)
    case 'G':
      return moved(ui, list, Number.POSITIVE_INFINITY)
    case '/':
      return { ...ui, typing: true, help: false }
    default:
      return ui.page === 'trials' ? listed(ui, pressed) : ui
  }
}

function listed(ui: Ui, pressed: string): Ui {
  switch (pressed) {
    case 's':
      return { ...withList(ui, 'trials', { selected: null }), sort: after(sorts, ui.sort) }
    case 'S':
      return { ...withList(ui, 'trials', { selected: null }), reversed: !ui.reversed }
    case 'f':
      return { ...withList(ui, 'trials', { selected: null }), filter: after(filters, ui.filter) }
    default:
      return ui
  }
}

function after<T>(all: readonly T[], one: T): T {
  return all[(all.indexOf(one) + 1) % all.length]!
}

function turned(ui: Ui, by: number): Ui {
  const page = pages[(pages.indexOf(ui.page) + by + pages.length) % pages.length]!
  return { ...ui, page, help: false }
}

/** At its start a list moves along with what is new. */
function moved(ui: Ui, list: OpenList | null, by: number): Ui {
  if (list === null || !isList(ui.page) || list.listing.length === 0) return ui
  const { listing } = list
  const last = listing.length - 1
  const position = Math.max(0, Math.min(last, positionIn(listing, ui.lists[ui.page].selected) + by))
  const isStart = position === (listing.start === 'first' ? 0 : last)
  return withList(ui, ui.page, { selected: isStart ? null : listing.at(position) })
}

/** Esc gives up what was opened last. */
function escaped(ui: Ui): Ui {
  if (ui.details && ui.page === 'trials') return { ...ui, details: false }
  return isList(ui.page) && ui.lists[ui.page].query !== '' ? searched(ui, ui.page, '') : ui
}
