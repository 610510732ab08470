import { element } from './element.js'
import { shown } from './format.js'
import { type TrialColumns, trialMarks, trialStates } from './page-data.js'
import { pageOf, queriedTrials, type TrialFilter, type TrialQuery } from './trial-query.js'

const marks = Object.keys(trialMarks) as (keyof typeof trialMarks)[]

const filters: readonly TrialFilter[] = ['all', ...trialStates, ...marks]

const sizes = [25, 100, 500]

/** The list of trials: sorted by its heads, filtered and in pages. */
export function showTrials(container: Element, trials: TrialColumns): void {
  let query: TrialQuery = { filter: 'all', text: '', sort: null, descending: false }
  let [page, size] = [0, sizes[0]!]
  const opened = new Set<number>()

  const filter = select(
    'Which trials',
    filters.map(name => [name, countOf(trials, name)]),
  )
  const find = element('input', [], { type: 'search', placeholder: 'number or reason' })
  const perPage = select(
    'Rows a page',
    sizes.map(rows => [String(rows), String(rows)]),
  )
  const heads = ['trial', 'state', ...trials.numbers.map(({ title }) => title)].map((title, i) =>
    i === 1 ? element('th', title, { scope: 'col' }) : sortingHead(title, i === 0 ? null : i - 2),
  )
  const body = element('tbody')
  const said = element('span', [], { role: 'status' })
  const [back, forth] = [turning('previous page', '‹', -1), turning('next page', '›', 1)]

  filter.field.addEventListener('change', () => {
    ask({ filter: filter.field.value as TrialFilter })
  })
  find.addEventListener('input', () => ask({ text: find.value }))
  perPage.field.addEventListener('change', () => {
    size = Number(perPage.field.value)
    ask({})
  })

  container.replaceChildren(
    element('div', [filter.label, element('label', ['Find ', find]), perPage.label], { class: 'controls' }),
    element(
      'div',
      [
        element('table', [
          element('caption', 'All trials', { class: 'unseen' }),
          element('thead', [element('tr', heads)]),
          body,
        ]),
      ],
      { class: 'wide', tabindex: '0', role: 'region', 'aria-label': 'List of trials' },
    ),
    element('div', [back, said, forth], { class: 'controls pages' }),
  )
  draw()

  function ask(change: Partial<TrialQuery>): void {
    query = { ...query, ...change }
    page = 0
    draw()
  }

  function draw(): void {
    const found = queriedTrials(trials, query)
    const shownPage = pageOf(found.length, size, page)
    page = shownPage.page
    body.replaceChildren(...found.slice(shownPage.from, shownPage.to).flatMap(rowsOf))
    said.textContent =
      found.length === 0
        ? 'no such trial'
        : `${shownPage.from + 1} to ${shownPage.to} of ${shown(found.length, 'count')}`
    back.disabled = page === 0
    forth.disabled = page === shownPage.pages - 1
    for (const [i, head] of heads.entries()) {
      const isSorted = i !== 1 && query.sort === (i === 0 ? null : i - 2)
      if (isSorted) head.setAttribute('aria-sort', query.descending ? 'descending' : 'ascending')
      else head.removeAttribute('aria-sort')
    }
  }

  function sortingHead(title: string, column: number | null) {
    const button = element('button', title, { type: 'button' })
    button.addEventListener('click', () => {
      // Of figures the largest are what is mostly looked for.
      const descending = query.sort === column ? !query.descending : column !== null
      ask({ sort: column, descending })
    })
    return element('th', [button], { scope: 'col', class: column === null ? '' : 'number' })
  }

  function turning(name: string, text: string, by: number) {
    const button = element('button', text, { type: 'button', 'aria-label': name })
    button.addEventListener('click', () => {
      page += by
      draw()
    })
    return button
  }

  function rowsOf(trial: number): readonly Node[] {
    const isOpen = opened.has(trial)
    const button = element('button', String(trial), {
      type: 'button',
      'aria-expanded': String(isOpen),
      'aria-label': `trial ${trial}: what it decided`,
    })
    button.addEventListener('click', () => {
      if (!opened.delete(trial)) opened.add(trial)
      draw()
    })
    const state = trialStates[trials.states[trial]!]!
    const told = marks.filter(mark => (trials.marks[trial]! & trialMarks[mark]) !== 0)
    const reason = trials.reasons[trial]
    const row = element('tr', [
      element('th', trials.decisions.length > 0 ? [button] : String(trial), { scope: 'row' }),
      element('td', [[state, ...told].join(', '), ...(reason === undefined ? [] : [`: ${reason}`])], {
        class: `state ${state}`,
      }),
      ...trials.numbers.map(({ values, format }) =>
        element('td', shown(values[trial], format), { class: 'number' }),
      ),
    ])
    return isOpen ? [row, decisionsOf(trial)] : [row]
  }

  function decisionsOf(trial: number): Node {
    const items = trials.decisions.flatMap(({ title, values }) => {
      const value = values[trial]
      return value === null || value === undefined ? [] : [element('li', `${title}: ${value}`)]
    })
    const cell = element('td', [element('ul', items, { class: 'decisions' })], {
      colspan: String(heads.length),
    })
    return element('tr', [cell])
  }
}

function select(title: string, options: readonly (readonly [string, string])[]) {
  const field = element(
    'select',
    options.map(([value, text]) => element('option', text, { value })),
  )
  return { field, label: element('label', [`${title} `, field]) }
}

function countOf(trials: TrialColumns, filter: TrialFilter): string {
  const query = { filter, text: '', sort: null, descending: false }
  return `${filter} (${shown(queriedTrials(trials, query).length, 'count')})`
}
