/**
 * Pictures of the dashboard's views for the README: plays a stored run in tmux and writes docs/dashboard-VIEW.svg.
 *
 *   npm run build && npx tsx bench/dashboard-pictures.ts RUN [--in .] [--columns 110] [--rows 30] [--out docs]
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { pages } from '../src/ui/dashboard/ui.js'
import { ansiSvg } from './ansi-svg.js'
import { root } from './nets.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    // Where the run is looked for.
    in: { type: 'string', default: root },
    columns: { type: 'string', default: '110' },
    rows: { type: 'string', default: '30' },
    out: { type: 'string', default: join(root, 'docs') },
  },
})
const [run] = positionals
if (run === undefined) throw new Error('expected a run')

const folder = mkdtempSync(join(tmpdir(), 'pare-pictures-'))
const tmux = (...args: readonly string[]) =>
  execFileSync('tmux', ['-S', join(folder, 'socket'), '-f', '/dev/null', ...args], { encoding: 'utf8' })
const env = 'env -u CI -u NO_COLOR LANG=C.UTF-8 LC_ALL=C.UTF-8 COLORTERM=truecolor'
const watch = `${env} node ${join(root, 'dist/src/cli/main.js')} watch ${run}`

/** Rows of the screen with their colours once the text is there and nothing moves any more. */
async function captured(text: string): Promise<readonly string[]> {
  let before = ''
  for (;;) {
    await delay(500)
    const now = tmux('capture-pane', '-p', '-e')
    if (now === before && now.includes(text)) return now.split('\n').slice(0, -2)
    before = now
  }
}

try {
  tmux('new-session', '-d', '-x', values.columns, '-y', values.rows, '-c', values.in, watch)
  await captured('overview')
  await captured('q close')
  for (const [i, page] of pages.entries()) {
    tmux('send-keys', String(i + 1))
    // Where the run lies says nothing.
    const rows = (await captured(`[${i + 1} ${page}]`)).map(row => row.replaceAll(`${values.in}/`, ''))
    writeFileSync(join(values.out, `dashboard-${page}.svg`), ansiSvg(rows, Number(values.columns)))
  }
  tmux('send-keys', 'q')
} finally {
  rmSync(folder, { recursive: true })
}
