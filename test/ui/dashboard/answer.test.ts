import { describe, expect, it } from 'vitest'
import { uiAfter } from '../../../src/ui/dashboard/answer.js'
import type { Key } from '../../../src/ui/dashboard/keys.js'
import { listingOf } from '../../../src/ui/dashboard/listing.js'
import { initialUi, pages, type Ui } from '../../../src/ui/dashboard/ui.js'

const keys = Array.from({ length: 50 }, (_, i) => i * 10)
const list = { listing: listingOf(keys, 'first'), room: 12 }

type Named = Extract<Key, { kind: 'named' }>['name']

/** Keys by name, or characters one by one behind a colon. */
function uiOf(ui: Ui, pressed: readonly (Named | `:${string}`)[], open = list): Ui {
  return pressed
    .flatMap((key): Key[] =>
      key.startsWith(':')
        ? [...key.slice(1)].map(character => ({ kind: 'character', character }))
        : [{ kind: 'named', name: key as Named }],
    )
    .reduce((state, key) => uiAfter(state, key, open), ui)
}

const onTrials: Ui = { ...initialUi, page: 'trials' }

describe('views', () => {
  it('are opened by number, and in turn both ways', () => {
    pages.forEach((page, i) => {
      expect(uiOf(initialUi, [`:${i + 1}`]).page).toBe(page)
    })
    expect(uiOf(initialUi, ['tab', 'right', 'tab']).page).toBe('pareto')
    expect(uiOf(initialUi, ['left']).page).toBe('log')
    expect(uiOf(initialUi, [':7']).page).toBe('overview')
  })

  it('give way to the help and come back', () => {
    const help = uiOf(onTrials, [':?'])
    expect(help.help).toBe(true)
    for (const key of [':?', 'escape', 'return'] as const)
      expect(uiOf(help, [key])).toEqual({ ...onTrials, details: false })
    expect(uiOf(help, [':2'])).toMatchObject({ help: false, page: 'layers' })
  })
})

describe('lists', () => {
  const selected = (pressed: Parameters<typeof uiOf>[1], open = list) =>
    uiOf(onTrials, pressed, open).lists.trials.selected

  it('are moved in by rows and by pages, no further than their ends', () => {
    expect(selected([':jj'])).toBe(20)
    expect(selected(['down', 'down', 'up'])).toBe(10)
    expect(selected(['pagedown'])).toBe(120)
    expect(selected([': ', ':b'])).toBeNull()
    expect(selected([':G'])).toBe(490)
    expect(selected([':Gj'])).toBe(490)
    expect(selected(['end', 'pageup'])).toBe(370)
    expect(selected([':kkk'])).toBeNull()
  })

  it('move along with what is new at their start only', () => {
    const log = { listing: listingOf(keys, 'last'), room: 12 }
    const onLog: Ui = { ...initialUi, page: 'log' }
    expect(uiOf(onLog, [':k'], log).lists.log.selected).toBe(480)
    expect(uiOf(onLog, [':kj'], log).lists.log.selected).toBeNull()
    expect(uiOf(onLog, [':g'], log).lists.log.selected).toBe(0)
  })

  it('that are empty do not move', () => {
    expect(uiOf(onTrials, [':jG'], { listing: listingOf([], 'first'), room: 5 })).toEqual(onTrials)
    expect(uiAfter(initialUi, { kind: 'character', character: 'j' }, null)).toBe(initialUi)
  })

  it('are sorted, turned and filtered from their start on', () => {
    const ui = uiOf(onTrials, [':jjs'])
    expect([ui.sort, ui.lists.trials.selected]).toEqual(['val', null])
    expect(uiOf(onTrials, [':sssss']).sort).toBe('number')
    expect(uiOf(onTrials, [':S']).reversed).toBe(true)
    expect(uiOf(onTrials, [':fff']).filter).toBe('failed')
    expect(uiOf({ ...initialUi, page: 'layers' }, [':sf'])).toEqual({ ...initialUi, page: 'layers' })
  })
})

describe('search', () => {
  it('takes letters as they are until Enter, and is given up by Esc', () => {
    const typing = uiOf(onTrials, [':/3jq'])
    expect([typing.typing, typing.lists.trials.query]).toEqual([true, '3jq'])
    expect(uiOf(typing, ['backspace', 'return'])).toMatchObject({
      typing: false,
      lists: { trials: { query: '3j' } },
    })
    expect(uiOf(typing, ['escape'])).toEqual(onTrials)
    expect(uiOf(typing, ['return', 'escape'])).toEqual(onTrials)
  })

  it('is its own in every list', () => {
    const ui = uiOf(onTrials, [':/a', 'return', ':2/b', 'return'])
    expect([ui.lists.trials.query, ui.lists.layers.query, ui.lists.log.query]).toEqual(['a', 'b', ''])
    expect(uiOf(initialUi, [':/a']).typing).toBe(false)
  })
})

it('details open and close', () => {
  expect(uiOf(onTrials, ['return']).details).toBe(true)
  expect(uiOf(onTrials, ['return', 'escape']).details).toBe(false)
  expect(uiOf(initialUi, ['return']).details).toBe(false)
})
