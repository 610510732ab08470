import { type Html, html } from '../html.js'
import type { RunReport } from '../run/run-report.js'
import { tableOf, text } from './table.js'

/** How to get the same run again, and what it was made with. */
export function reproduceSection({ definition, result, reproduction }: RunReport): Html {
  const { command, cautions } = reproduction
  const rows: readonly (readonly [string, Html | string])[] = [
    ['model, SHA-256', html`<code>${definition.model.sha256}</code>`],
    ['data, SHA-256', html`<code>${definition.data.sha256}</code>`],
    ...(result === null
      ? []
      : ([['policy of the result, SHA-256', html`<code>${result.policyHash}</code>`]] as const)),
    ...(result === null || result.file === null
      ? []
      : ([[`${result.file.name}, SHA-256`, html`<code>${result.file.sha256}</code>`]] as const)),
    ['seed', String(definition.seed)],
    ['backend', definition.backend],
    ['machine', definition.machine],
    ...Object.entries(definition.versions),
  ]
  return html`<section id="reproduce"><h2>How to get it again</h2>
<pre class="command" tabindex="0" aria-label="Command line">${command.map(shellWord).join(' ')}</pre>
${cautions.map(caution => html`<p>${caution}</p>`)}
${tableOf('What it was made with', [text('what'), text('which')], rows)}
<details><summary>The run's whole definition</summary>
<pre tabindex="0" aria-label="Definition">${JSON.stringify(definition, null, 2)}</pre></details></section>`
}

/** A word as a POSIX shell takes it for one. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) && !word.startsWith('~') ? word : `'${word.replaceAll("'", "'\\''")}'`
}
