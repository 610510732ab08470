import type { RunDefinition } from '../../search/definition.js'
import { type Html, html } from '../html.js'
import type { Reproduction } from '../run/run-report.js'
import { tableOf, text } from './table.js'

/** What was made, besides what its definition holds. */
export interface Made {
  readonly reproduction: Reproduction
  readonly definition: Omit<RunDefinition, 'agent' | 'seed'>
  readonly seeds: readonly number[]
  /** Files and policies that came out. */
  readonly hashes: readonly (readonly [what: string, sha256: string])[]
  /** The whole definition as it is stored. */
  readonly stored: unknown
}

/** How to get the same again, and what it was made with. */
export function reproduceSection({ reproduction, definition, seeds, hashes, stored }: Made): Html {
  const { command, cautions } = reproduction
  const known = [['model', definition.model.sha256], ['data', definition.data.sha256], ...hashes] as const
  const rows: readonly (readonly [string, Html | string])[] = [
    ...known.map(([what, sha256]) => [`${what}, SHA-256`, html`<code>${sha256}</code>`] as const),
    [seeds.length === 1 ? 'seed' : 'seeds', seeds.join(', ')],
    ['backend', definition.backend],
    ['machine', definition.machine],
    ...Object.entries(definition.versions),
  ]
  return html`<section id="reproduce"><h2>How to get it again</h2>
<pre class="command" tabindex="0" aria-label="Command line">${command.map(shellWord).join(' ')}</pre>
${cautions.map(caution => html`<p>${caution}</p>`)}
${tableOf('What it was made with', [text('what'), text('which')], rows)}
<details><summary>The whole definition</summary>
<pre tabindex="0" aria-label="Definition">${JSON.stringify(stored, null, 2)}</pre></details></section>`
}

/** A word as a POSIX shell takes it for one. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) && !word.startsWith('~') ? word : `'${word.replaceAll("'", "'\\''")}'`
}
