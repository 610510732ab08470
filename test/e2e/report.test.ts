import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBrowser } from '../../src/runtime/browser/find.js'
import { lockFile, takeLock } from '../../src/store/lock.js'
import { type ChromiumPage, openChromium } from '../fixtures/chromium.js'
import { pare } from '../fixtures/cli.js'
import { noticed, openReport, plotsOf, textsOf } from '../fixtures/report-browser.js'
import { hostile, writeReportRun } from '../fixtures/report-run.js'
import { writeStoredRun } from '../fixtures/stored-run.js'

const TRIALS = 120
const browser = findBrowser(null)
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pare-report-'))
  await writeReportRun(join(folder, 'runs', 'every'), { trials: TRIALS })
})

afterAll(() => rmSync(folder, { recursive: true }))

describe('pare report', () => {
  it("writes one file in the run's folder, again where one is there, and prints its name alone", async () => {
    for (const _ of [1, 2]) {
      const { code, stdout, stderr } = await pare(['report', 'every'], folder)
      expect([code, stdout, stderr]).toEqual([0, 'runs/every/report.html\n', ''])
    }
    const html = readFileSync(join(folder, 'runs/every/report.html'), 'utf8')
    expect(html.includes('<img')).toBe(false)
    // One of data, one that runs.
    expect(html.match(/<script/g)).toHaveLength(2)
  })

  it('writes where it is told to, and replaces nothing there unless it is told to', async () => {
    const out = join(folder, 'other.html')
    expect((await pare(['report', 'every', '--out', out], folder)).stdout).toBe(`${out}\n`)
    writeFileSync(out, 'mine')
    const refused = await pare(['report', 'every', '--out', out], folder)
    expect([refused.code, refused.stderr.split('\n').length]).toEqual([2, 2])
    expect(readFileSync(out, 'utf8')).toBe('mine')
    expect((await pare(['report', 'every', '--out', out, '--overwrite'], folder)).code).toBe(0)
    expect(readFileSync(out, 'utf8').startsWith('<!doctype html>')).toBe(true)
  })

  it('refuses a run that is not there', async () => {
    const { code, stderr } = await pare(['report', 'nothing'], folder)
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^pare: no run nothing: .*\n$/)])
  })

  it('tells of a run under way that has lost its models, and says what it leaves out', async () => {
    const run = join(folder, 'runs', 'half')
    await writeReportRun(run, { trials: 1 })
    rmSync(join(run, 'run.sqlite'))
    rmSync(join(run, 'original.onnx'))
    await writeStoredRun(join(run, 'run.sqlite'), 5)
    const owner = await takeLock(lockFile(join(run, 'run.sqlite')))
    const { code, stderr } = await pare(['report', 'half'], folder)
    await owner.release()
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^pare: the layers are left out: .*\n$/)])
    const html = readFileSync(join(run, 'report.html'), 'utf8')
    for (const text of ['not over yet', 'No trial has been finished yet'])
      expect(html.includes(text)).toBe(true)
    expect(existsSync(join(run, 'report.html.tmp'))).toBe(false)
  })
})

describe.skipIf(browser === null)('the page in Chromium', () => {
  let page: ChromiumPage

  const openAt = (width: number, scheme: 'light' | 'dark', media = '') =>
    openReport(page, join(folder, 'runs/every/report.html'), { width, scheme, media })
  const texts = (selector: string) => textsOf(page, selector)
  const rows = () => texts('#trial-list tbody tr > th')

  beforeAll(async () => {
    await pare(['report', 'every'], folder)
    page = await openChromium(browser!)
    await openAt(1200, 'light')
  })

  afterAll(() => page.close())

  it('draws every plot, with a name and a description', async () => {
    const plots = await plotsOf(page)
    expect(plots.map(({ name }) => name)).toEqual([
      'Reward by trial',
      'Loss of the critic',
      'Loss of the actor',
      'Noise of the exploration',
      'Score against MACs',
      'Score against predicted latency',
      'Score against bytes of the file',
      'Latency, predicted and measured',
    ])
    for (const { about, role, marks } of plots) {
      expect(about.length).toBeGreaterThan(20)
      expect(role).toBe('img')
      expect(marks).toBeGreaterThan(0)
    }
  })

  it('shows what names and reasons hold as text, and runs none of it', async () => {
    const text = (await page.evaluate('document.body.innerText')) as string
    for (const shown of [
      `net ${hostile}.onnx`,
      `g0 ${hostile}`,
      `out of memory: ${hostile}`,
      `no room: ${hostile}`,
    ])
      expect(text).toContain(shown)
    expect(await page.evaluate('[typeof window.broken, document.images.length]')).toEqual(['undefined', 0])
    // What would break out may not run even where it got in.
    await page.evaluate(
      `document.body.insertAdjacentHTML('beforeend', '<i id=in onclick="window.broken=1"></i>')`,
    )
    await page.evaluate(`document.querySelector('#in').click()`)
    expect(await page.evaluate('typeof window.broken')).toBe('undefined')
  })

  it('shows what lies under the pointer', async () => {
    const at = (await page.evaluate(`(() => {
      const mark = [...document.querySelectorAll('#plot-front-macs .mark-symbol path')].at(-1)
      mark.scrollIntoView({ block: 'center' })
      const { x, y, width, height } = mark.getBoundingClientRect()
      return { x: x + width / 2, y: y + height / 2 }
    })()`)) as { x: number; y: number }
    await page.send('Input.dispatchMouseEvent', { type: 'mouseMoved', ...at })
    const [tooltip] = await texts('.tooltip')
    expect(tooltip).toContain('trial 1')
    expect(tooltip).toContain('92.00 %')
    await page.send('Input.dispatchMouseEvent', { type: 'mouseMoved', x: 1, y: 1 })
    expect(await page.evaluate(`document.querySelector('.tooltip').hidden`)).toBe(true)
  })

  it('lists trials by page, filter, text and figure, and what each decided', async () => {
    const numbers = Array.from({ length: TRIALS }, (_, i) => String(i))
    expect(await rows()).toEqual(numbers.slice(0, 25))
    await page.evaluate(`document.querySelector('[aria-label="next page"]').click()`)
    expect(await rows()).toEqual(numbers.slice(25, 50))
    const choose = (label: string, value: string) =>
      page.evaluate(`(() => {
        const labels = [...document.querySelectorAll('#trial-list label')]
        const field = labels.find(one => one.textContent.startsWith('${label}')).lastElementChild
        field.value = '${value}'
        field.dispatchEvent(new Event(field.localName === 'input' ? 'input' : 'change'))
      })()`)
    await choose('Which', 'failed')
    expect(await rows()).toEqual(numbers.filter((_, i) => i % 10 === 9))
    await choose('Find', '3')
    expect(await rows()).toEqual(['39'])
    await choose('Find', 'BROKE: </script>')
    expect(await rows()).toHaveLength(12)
    await choose('Find', '')
    await choose('Which', 'all')
    await choose('Rows', '500')
    expect(await rows()).toEqual(numbers)
    await page.evaluate(
      `[...document.querySelectorAll('#trial-list thead button')].find(one => one.textContent === 'reward').click()`,
    )
    const rewards = (await texts('#trial-list tbody tr > td:nth-child(3)')).map(text => Number(text || 'NaN'))
    const known = rewards.filter(reward => !Number.isNaN(reward))
    expect(known).toHaveLength(108)
    expect(known).toEqual(known.toSorted((a, b) => b - a))
    expect(rewards.slice(known.length).every(Number.isNaN)).toBe(true)
    expect(await page.evaluate(`document.querySelector('#trial-list [aria-sort]').textContent`)).toBe(
      'reward',
    )
    await page.evaluate(`document.querySelector('#trial-list tbody button').click()`)
    expect((await texts('.decisions li')).some(text => text.startsWith(`g0 ${hostile}, channels: `))).toBe(
      true,
    )
  })

  it.each(['light', 'dark'] as const)('is read well on a %s page', async scheme => {
    await openAt(1200, scheme)
    const colors = (await page.evaluate(`(() => {
      const style = getComputedStyle(document.body)
      const faint = getComputedStyle(document.querySelector('.faint'))
      const axis = getComputedStyle(document.querySelector('.plot .role-axis-label text'))
      return [style.backgroundColor, style.color, faint.color, axis.fill]
    })()`)) as string[]
    const [page0, ...inks] = colors.map(luminance)
    for (const ink of inks) {
      const [light, dark] = [Math.max(ink, page0!), Math.min(ink, page0!)]
      // WCAG 2.2, 1.4.3: contrast of text.
      expect((light + 0.05) / (dark + 0.05)).toBeGreaterThanOrEqual(4.5)
    }
    expect(page0! > 0.5).toBe(scheme === 'light')
  })

  it('fits a phone, where only tables scroll', async () => {
    await openAt(360, 'light')
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
    const widths = (await page.evaluate(
      `[...document.querySelectorAll('.plot svg')].map(svg => svg.getBoundingClientRect().width)`,
    )) as number[]
    for (const width of widths) expect(width).toBeLessThanOrEqual(360)
  })

  it('prints on white without what is for the screen, in both schemes', async () => {
    await openAt(800, 'dark', 'print')
    expect(
      await page.evaluate(`[
        getComputedStyle(document.querySelector('nav')).display,
        getComputedStyle(document.querySelector('.controls')).display,
        getComputedStyle(document.documentElement).getPropertyValue('--page').trim(),
      ]`),
    ).toEqual(['none', 'none', '#fff'])
  })

  // After all the others: what they did is in the events too.
  it('asks for nothing but itself and complains of nothing', () => {
    const { urls, complaints } = noticed(page)
    expect(urls).toEqual(new Set([pathToFileURL(join(folder, 'runs/every/report.html')).href]))
    // The one that the test itself put in.
    expect(complaints.filter(text => !text.includes('inline event handler'))).toEqual([])
    expect(complaints.length).toBe(1)
  })
})

/** Relative luminance of `rgb(…)` (WCAG 2.2). */
function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = (color.match(/\d+/g) ?? []).slice(0, 3).map(part => {
    const value = Number(part) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
