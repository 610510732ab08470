import { type Html, html } from '../html.js'

export type Fact = readonly [title: string, value: string]

/** Short facts, side by side where there is room. */
export function factsOf(facts: readonly Fact[]): Html {
  return html`<dl class="facts">${facts.map(
    ([title, value]) => html`<div><dt>${title}</dt><dd>${value}</dd></div>
`,
  )}</dl>`
}
