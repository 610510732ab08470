/**
 * How large the page of a run of many trials is, how long it takes to write, and to open in headless Chromium: until its
 * load event, until every plot is drawn, and until a page of the list is sorted anew. Needs `npm run build`.
 *
 *   npx tsx bench/report.ts [--trials 10000] [--groups 12] [--repeats 5]
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { findBrowser } from '../src/runtime/browser/find.js'
import { openChromium } from '../test/fixtures/chromium.js'
import { pare } from '../test/fixtures/cli.js'
import { writeReportRun } from '../test/fixtures/report-run.js'

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '10000' },
    groups: { type: 'string', default: '12' },
    repeats: { type: 'string', default: '5' },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'pare-bench-report-'))
const kibi = (bytes: number) => `${(bytes / 1024).toFixed(0)} KiB`

/** Opens the page with a clean browser and says what took how long, ms. */
async function opened(program: string, file: string) {
  const page = await openChromium(program)
  const size = { width: 1200, height: 900, deviceScaleFactor: 1, mobile: false }
  await page.send('Emulation.setDeviceMetricsOverride', size)
  await page.open(`file://${file}`)
  const times = await page.evaluate(`new Promise(resolve => {
    const look = () => {
      if (document.documentElement.dataset.state !== 'drawn') return requestAnimationFrame(look)
      const drawn = performance.now()
      const head = [...document.querySelectorAll('#trial-list thead button')].find(one => one.textContent === 'reward')
      head.click()
      document.body.getBoundingClientRect()
      const [{ loadEventEnd }] = performance.getEntriesByType('navigation')
      resolve({ load: loadEventEnd, drawn, sort: performance.now() - drawn })
    }
    look()
  })`)
  await page.close()
  return times as { load: number; drawn: number; sort: number }
}

try {
  const run = join(folder, 'run')
  await writeReportRun(run, { trials: Number(values.trials), groups: Number(values.groups) })
  const start = performance.now()
  const { code, stderr } = await pare(['report', run], folder)
  if (code !== 0) throw new Error(stderr)
  console.log(`written in ${((performance.now() - start) / 1000).toFixed(1)} s, its process with it`)
  const file = join(run, 'report.html')
  const html = readFileSync(file)
  const text = html.toString()
  const data = text.slice(text.indexOf('id="data">'), text.lastIndexOf('<script>')).length
  console.log(`page ${kibi(html.length)}, of it data ${kibi(data)}; gzipped ${kibi(gzipSync(html).length)}`)
  const program = findBrowser(null)
  if (program === null) throw new Error('there is no Chromium')
  for (let i = 0; i < Number(values.repeats); i++) {
    const { load, drawn, sort } = await opened(program, file)
    console.log(`load ${load.toFixed(0)} ms, drawn ${drawn.toFixed(0)} ms, sorted in ${sort.toFixed(0)} ms`)
  }
} finally {
  rmSync(folder, { recursive: true })
}
