import type { Figure, KeyEntry, KeyShape } from '../figures/figure.js'
import { type Html, html, nothing, raw } from '../html.js'

/** The place of a plot, with its key, what is to be known of it, and its figures as a table. */
export function plot({ id, title, description, key, note, table }: Figure): Html {
  return html`<figure>
<figcaption id="${id}-title">${title}</figcaption>
${key.length === 0 ? nothing : html`<ul class="key">${key.map(entry)}</ul>`}
<div class="plot" id="${id}" role="img" aria-labelledby="${id}-title" aria-describedby="${id}-text"></div>
<p class="unseen" id="${id}-text">${description}</p>
${note === '' ? nothing : html`<p class="note">${note}</p>`}
${
  table === null
    ? nothing
    : html`<details><summary>As a table</summary><div class="wide" role="region" tabindex="0" aria-label="${title}">${table}</div></details>`
}
</figure>`
}

/** Paths of the shapes in a box of 16 by 12. */
const shapes: Readonly<Record<KeyShape, string>> = {
  circle: '<circle cx="8" cy="6" r="4" fill="currentColor"/>',
  cross: '<path d="M6 1h4v3h3v4h-3v3H6V8H3V4h3z" fill="currentColor"/>',
  diamond: '<path d="M8 0l5 6-5 6-5-6z" fill="currentColor"/>',
  triangle: '<path d="M8 1l5 10H3z" fill="currentColor"/>',
  line: '<path d="M0 6h16" stroke="currentColor" stroke-width="2.5"/>',
  dots: '<path d="M0 6h16" stroke="currentColor" stroke-width="2.5" stroke-dasharray="2 2"/>',
  dashes: '<path d="M0 6h16" stroke="currentColor" stroke-width="2" stroke-dasharray="5 3"/>',
}

function entry({ shape, color, dash, text }: KeyEntry): Html {
  return dash === undefined
    ? html`<li><svg viewBox="0 0 16 12" width="16" height="12" aria-hidden="true" style="color:${color}">${raw(shapes[shape])}</svg> ${text}</li>`
    : html`<li><svg viewBox="0 0 32 12" width="32" height="12" aria-hidden="true"><path d="M0 6h32" stroke="${color}" stroke-width="2.5" stroke-dasharray="${dash.join(' ')}"/></svg> ${text}</li>`
}
