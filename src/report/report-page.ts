import type { Figure } from './figures/figure.js'
import { type Html, html, nothing } from './html.js'
import type { PageData } from './page/page-data.js'
import { pageDocument } from './page-document.js'
import { dateText } from './sections/task.js'

/** A part of a page; one without markup is left out. */
export interface Part {
  /** Of its section. */
  readonly id: string
  readonly title: string
  readonly section: Html
}

/** What a page of results shows. */
export interface ReportPage {
  /** Of a run or of a comparison. */
  readonly name: string
  readonly state: string
  /** What is to be known first; empty for nothing. */
  readonly notice: string
  /** When it was written, ms since the epoch. */
  readonly writtenAt: number
  readonly version: string
  readonly parts: readonly Part[]
  readonly figures: readonly Figure[]
  readonly trials: PageData['trials']
}

/** Results as one page. @param script the page's compiled script */
export function reportPage(page: ReportPage, script: string): string {
  const { name, state, notice, writtenAt, version, figures, trials } = page
  const parts = page.parts.filter(({ section }) => section.markup !== '')
  return pageDocument({
    title: `pare: ${name}`,
    body: html`<header>
<h1>${name}</h1>
<p><span class="state">${state}</span> <span class="faint">Report of ${dateText(writtenAt)} by pare ${version}</span></p>
${notice === '' ? nothing : html`<p class="notice">${notice}</p>`}
<nav aria-label="Parts of this page"><ul>${parts.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
</header>
<main>${parts.map(({ section }) => section)}</main>`,
    data: { figures: figures.map(({ id, spec }) => ({ id, spec })), trials },
    script,
  })
}
