import { type Html, type HtmlPart, html } from '../html.js'

export interface TableColumn {
  readonly title: string
  /** Figures stand on the right. */
  readonly isNumber: boolean
}

export const text = (title: string): TableColumn => ({ title, isNumber: false })
export const number = (title: string): TableColumn => ({ title, isNumber: true })

/**
 * A table that may be wider than the page and then scrolls alone. The first cell of a row is its head.
 * @param title what it is, for those who do not see it
 */
export function tableOf(
  title: string,
  columns: readonly TableColumn[],
  rows: readonly (readonly HtmlPart[])[],
): Html {
  return html`<div class="wide" role="region" aria-label="${title}" tabindex="0">${bareTable(title, columns, rows)}</div>`
}

/** As `tableOf`, where it stands in something that scrolls. */
export function bareTable(
  title: string,
  columns: readonly TableColumn[],
  rows: readonly (readonly HtmlPart[])[],
): Html {
  // A figure and its unit stay on one line.
  const kept = (cell: HtmlPart) =>
    typeof cell === 'string' ? cell.replace(/(\d) (?=\S)/g, '$1\u00a0') : cell
  const classOf = (i: number) => (columns[i]?.isNumber ? html` class="number"` : '')
  return html`<table>
<caption class="unseen">${title}</caption>
<thead><tr>${columns.map((column, i) => html`<th scope="col"${classOf(i)}>${column.title}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([head = '', ...cells]) =>
      html`<tr><th scope="row">${head}</th>${cells.map((cell, i) => html`<td${classOf(i + 1)}>${kept(cell)}</td>`)}</tr>
`,
  )}</tbody></table>`
}

/** A bar as long as a share in [0,1]; the figure stands beside it. */
export function bar(share: number, kind: 'first' | 'second' = 'first'): Html {
  const percent = Math.max(0, Math.min(1, Number.isFinite(share) ? share : 0)) * 100
  return html`<span class="bar ${kind}" aria-hidden="true"><span style="width:${percent.toFixed(1)}%"></span></span>`
}
