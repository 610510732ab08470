import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBrowser } from '../../src/runtime/browser/find.js'
import { type ChromiumPage, openChromium } from '../fixtures/chromium.js'
import { pare } from '../fixtures/cli.js'
import { writeComparisonFolder } from '../fixtures/comparison-folder.js'
import { noticed, openReport, plotsOf, textsOf } from '../fixtures/report-browser.js'
import { hostile } from '../fixtures/report-run.js'

const browser = findBrowser(null)
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pare-report-comparison-'))
  await writeComparisonFolder(join(folder, 'runs', 'whole'), () => 'finished')
  await writeComparisonFolder(join(folder, 'runs', 'begun'), (agent, seed) =>
    agent === 'ddpg' && seed === 1 ? 'failed' : 'waiting',
  )
})

afterAll(() => rmSync(folder, { recursive: true }))

describe('pare report of a comparison', () => {
  it("writes one file in the comparison's folder, again where one is there", async () => {
    for (const _ of [1, 2]) {
      const { code, stdout, stderr } = await pare(['report', 'whole'], folder)
      expect([code, stdout, stderr]).toEqual([0, 'runs/whole/report.html\n', ''])
    }
    const html = readFileSync(join(folder, 'runs/whole/report.html'), 'utf8')
    expect([html.includes('<img'), html.match(/<script/g)?.length]).toEqual([false, 2])
    expect(existsSync(join(folder, 'runs/whole/report.html.tmp'))).toBe(false)
  })

  it('writes where it is told to, and replaces nothing there unless it is told to', async () => {
    const out = join(folder, 'other.html')
    expect((await pare(['report', 'begun', '--out', out], folder)).stdout).toBe(`${out}\n`)
    writeFileSync(out, 'mine')
    const refused = await pare(['report', 'begun', '--out', out], folder)
    expect([refused.code, readFileSync(out, 'utf8')]).toEqual([2, 'mine'])
    const definition = join(folder, 'runs/begun/comparison.json')
    const before = readFileSync(definition, 'utf8')
    const own = await pare(['report', 'begun', '--out', definition, '--overwrite'], folder)
    expect([own.code, readFileSync(definition, 'utf8')]).toEqual([2, before])
    expect((await pare(['report', 'begun', '--out', out, '--overwrite'], folder)).code).toBe(0)
  })

  it('refuses in one line what is neither, or is damaged', async () => {
    mkdirSync(join(folder, 'runs/empty'))
    for (const [name, text] of [
      ['json', '{ "version": 1,'],
      ['shape', '{ "version": 1, "agents": ["ddpg"], "seeds": [] }'],
    ] as const) {
      mkdirSync(join(folder, 'runs', name))
      writeFileSync(join(folder, 'runs', name, 'comparison.json'), text)
    }
    await writeComparisonFolder(join(folder, 'runs', 'torn'), () => 'finished')
    writeFileSync(join(folder, 'runs/torn/greedy-2/run.sqlite'), 'no database at all'.repeat(100))
    for (const [name, problem] of [
      ['empty', /^pare: runs\/empty: expected a run \(run\.sqlite\) or a comparison .* found neither\n$/],
      ['json', /^pare: .*comparison\.json: expected the definition of a comparison, found no JSON\n$/],
      ['shape', /^pare: .*comparison\.json: the definition is damaged \(seeds: .*\)\n$/],
      ['torn', /^pare: .*greedy-2\/run\.sqlite.*\n$/],
      ['gone', /^pare: no run gone: .*\n$/],
    ] as const) {
      const { code, stdout, stderr } = await pare(['report', name], folder)
      expect([name, code, stdout, stderr]).toEqual([name, 2, '', expect.stringMatching(problem)])
      expect(existsSync(join(folder, 'runs', name, 'report.html'))).toBe(false)
    }
  })
})

describe.skipIf(browser === null)('its page in Chromium', () => {
  let page: ChromiumPage
  const file = (name: string) => join(folder, 'runs', name, 'report.html')

  beforeAll(async () => {
    for (const name of ['whole', 'begun']) await pare(['report', name], folder)
    page = await openChromium(browser!)
    await openReport(page, file('whole'), { width: 1200, scheme: 'light' })
  })

  afterAll(() => page.close())

  it('draws both curves, with a name and a description', async () => {
    const plots = await plotsOf(page)
    expect(plots.map(({ name, role }) => [name, role])).toEqual([
      ['Best validation accuracy by evaluations', 'img'],
      ['Best validation accuracy by wall time', 'img'],
    ])
    for (const { about, marks } of plots) {
      expect(about).toMatch(/ddpg ends at .* greedy ends at .* random ends at /)
      // A line and a band for each agent at least.
      expect(marks).toBeGreaterThanOrEqual(6)
    }
    expect(await textsOf(page, '#plot-curve-time-title ~ .key li')).toHaveLength(3)
  })

  it('shows the agent, its median and range that are nearest to the pointer', async () => {
    const at = (await page.evaluate(`(() => {
      const plot = document.querySelector('#plot-curve-evaluations svg')
      plot.scrollIntoView({ block: 'center' })
      const { x, y, width, height } = plot.getBoundingClientRect()
      return { x: x + width * 0.7, y: y + height * 0.3 }
    })()`)) as { x: number; y: number }
    await page.send('Input.dispatchMouseEvent', { type: 'mouseMoved', ...at })
    await page.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x: at.x + 2, y: at.y })
    const lines = await textsOf(page, '.tooltip div')
    expect(lines).toEqual([
      expect.stringMatching(/^agent (ddpg|greedy|random)$/),
      expect.stringMatching(/^after \d+ evaluations$/),
      expect.stringMatching(/^median, % \d\d\.\d\d$/),
      expect.stringMatching(/^range, % \d\d\.\d\d-\d\d\.\d\d$/),
      'seeds 3',
    ])
    const seen = `[...document.querySelectorAll('#plot-curve-evaluations .mark-symbol path')].filter(
      point => point.getAttribute('opacity') === '1').length`
    expect(await page.evaluate(seen)).toBe(1)
    await page.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x: 1, y: 1 })
    expect(await page.evaluate(`document.querySelector('.tooltip').hidden`)).toBe(true)
  })

  it.each(['whole', 'begun'])('fits a phone, where only tables scroll: %s', async name => {
    await openReport(page, file(name), { width: 360, scheme: 'dark' })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
    const widths = (await page.evaluate(
      `[...document.querySelectorAll('.plot svg')].map(svg => svg.getBoundingClientRect().width)`,
    )) as number[]
    expect(widths).toHaveLength(2)
    for (const width of widths) expect(width).toBeLessThanOrEqual(360)
  })

  it('shows what names and reasons hold as text, and runs none of it', async () => {
    await openReport(page, file('begun'), { width: 800, scheme: 'light' })
    const text = String(await page.evaluate('document.body.innerText'))
    for (const shown of [`net ${hostile}.onnx`, `no room: ${hostile}`])
      expect(text.includes(shown)).toBe(true)
    expect(await page.evaluate('[typeof window.broken, document.images.length]')).toEqual(['undefined', 0])
  })

  it('prints on white without what is for the screen', async () => {
    await openReport(page, file('whole'), { width: 800, scheme: 'dark', media: 'print' })
    const styles = `[
      getComputedStyle(document.querySelector('nav')).display,
      getComputedStyle(document.documentElement).getPropertyValue('--page').trim(),
    ]`
    expect(await page.evaluate(styles)).toEqual(['none', '#fff'])
  })

  // After all the others: what they did is in the events too.
  it('asks for nothing but itself and complains of nothing', () => {
    const { urls, complaints } = noticed(page)
    expect(urls).toEqual(new Set(['whole', 'begun'].map(name => pathToFileURL(file(name)).href)))
    expect(complaints).toEqual([])
  })
})
