/**
 * A picture of parts of a run's page, as it looks in headless Chromium. Needs `npm run build`.
 *
 *   npx tsx bench/report-picture.ts RUN [--out docs/report.png] [--width 1100] [--from search] [--to front]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { findBrowser } from '../src/runtime/browser/find.js'
import { openChromium } from '../test/fixtures/chromium.js'
import { pare } from '../test/fixtures/cli.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: 'docs/report.png' },
    width: { type: 'string', default: '1100' },
    from: { type: 'string', default: 'search' },
    to: { type: 'string', default: 'front' },
  },
})
const program = findBrowser(null)
if (program === null) throw new Error('there is no Chromium')
const folder = mkdtempSync(join(tmpdir(), 'pare-picture-'))
try {
  const file = join(folder, 'report.html')
  const { code, stderr } = await pare(['report', positionals[0] ?? '', '--out', file], process.cwd())
  if (code !== 0) throw new Error(stderr)
  const page = await openChromium(program)
  const width = Number(values.width)
  const size = { width, height: 800, deviceScaleFactor: 1, mobile: false }
  await page.send('Emulation.setDeviceMetricsOverride', size)
  await page.open(`file://${file}`)
  const [top, bottom] = (await page.evaluate(`new Promise(resolve => {
    const box = id => document.getElementById(id).getBoundingClientRect()
    const look = () => document.documentElement.dataset.state === 'drawn'
      ? resolve([box('${values.from}').top, box('${values.to}').bottom])
      : requestAnimationFrame(look)
    look()
  })`)) as [number, number]
  const clip = { x: 0, y: top, width, height: bottom - top, scale: 1 }
  const { data } = await page.send('Page.captureScreenshot', { captureBeyondViewport: true, clip })
  writeFileSync(values.out, Buffer.from(String(data), 'base64'))
  await page.close()
} finally {
  rmSync(folder, { recursive: true })
}
