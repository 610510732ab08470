import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBrowser } from '../../src/runtime/browser/find.js'
import { openBrowser } from '../../src/runtime/browser/open.js'
import type { Order, Told } from '../../src/runtime/browser/page/protocol.js'
import { findWebRuntime } from '../../src/runtime/browser/web-runtime.js'
import type { Instrument } from '../../src/runtime/instrument.js'
import { lineMatching, pare, startPare } from '../fixtures/cli.js'
import { writeSmallFashion } from '../fixtures/idx.js'
import { loadModel, modelBytes } from '../fixtures/models.js'

const lenet = fileURLToPath(new URL('../fixtures/models/lenet300.onnx', import.meta.url))
const browser = findBrowser(null)
let folder: string
let scratch: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-browser-test-'))
  scratch = join(folder, 'scratch')
  mkdirSync(scratch)
  writeSmallFashion(join(folder, 'data'), { train: 100, val: 20, test: 20 })
})

afterAll(() => rmSync(folder, { recursive: true }))

const evaluate = (...flags: string[]) => ['evaluate', lenet, '--data', 'data', ...flags]
const start = (...flags: string[]) => startPare(evaluate(...flags), folder, { TMPDIR: scratch })

/** Profiles of browsers that are still there. */
const profiles = () => readdirSync(scratch).filter(name => name.startsWith('pare-browser-'))

/** A program that stands in for a browser. */
function script(name: string, text: string, begin = '#!/bin/sh'): string {
  const file = join(folder, name)
  writeFileSync(file, `${begin}\n${text}\n`)
  chmodSync(file, 0o755)
  return file
}

describe('pare evaluate --browser none', () => {
  it('waits for whoever opens the page, sends the model and prints what it took', async () => {
    const { child, finished } = start('--browser', 'none', '--json')
    let stderr = ''
    child.stderr!.on('data', text => {
      stderr += text
    })
    await lineMatching(child, /open http/)
    const url = /http:\S+/.exec(stderr)![0]
    const tell = async (told: Told): Promise<Order> => {
      const response = await fetch(`${url}tell`, { method: 'POST', body: JSON.stringify(told) })
      return JSON.parse(await response.text())
    }
    const order = await tell({ page: 'a', kind: 'ready', userAgent: 'Firefox/9', isolated: true })
    if (order.kind !== 'time') throw new Error(order.kind)
    const bytes = async (path: string) => Buffer.from(await (await fetch(url + path)).arrayBuffer())
    const [model] = order.models
    expect(readFileSync(lenet).equals(await bytes(model!.url))).toBe(true)
    expect(model!.feeds.map(({ shape }) => shape)).toEqual([[1, 1, 28, 28]])
    expect((await bytes(model!.feeds[0]!.url)).byteLength).toBe(4 * 28 * 28)
    const ms = Array.from({ length: order.runs }, (_, i) => i + 1).reverse()
    await tell({ page: 'a', kind: 'timed', job: order.job, times: [{ ms, kernels: [] }] })
    const { code, stdout } = await finished
    expect(code).toBe(0)
    expect(JSON.parse(stdout).browser).toEqual({
      runtime: expect.stringMatching(/^onnxruntime-web 1\.\d+\.\d+ \(wasm simd\), Firefox\/9$/),
      threads: 1,
      latencyMs: { median: 101, p10: 21, p90: 181, n: 200 },
    })
  })

  it('ends with 130 on Ctrl-C', async () => {
    const { child, finished } = start('--browser', 'none')
    await lineMatching(child, /open http/)
    child.kill('SIGINT')
    expect(await finished).toMatchObject({ code: 130, stdout: '' })
  })
})

describe('a browser that is not as it should be', () => {
  it.each<[string, () => string, number, RegExp]>([
    ['none there', () => '/nowhere/chromium', 2, /^pare: --browser: \/nowhere\/chromium is no program\n$/],
    [
      'one that ends',
      () => script('ends', 'echo no display >&2; exit 3'),
      1,
      /ended with status 3: no display\n$/,
    ],
    ['a file that cannot be run', () => script('broken', '', '\0'), 1, /broken: .*\n$/],
    ['a folder', () => join(folder, 'data'), 2, /is no program\n$/],
  ])('%s', async (_, path, code, line) => {
    const ended = await start('--browser', path()).finished
    expect(ended).toMatchObject({ code, stdout: '' })
    expect(ended.stderr).toMatch(line)
    expect(profiles()).toEqual([])
  })

  it('is told where there is none', async () => {
    const { finished } = startPare(evaluate('--browser'), folder, { PATH: '/nowhere', CHROME_PATH: '' })
    expect(await finished).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^pare: no Chromium or Chrome found: .*\n$/),
    })
  })
})

describe.skipIf(browser === null)('Chromium', () => {
  it('times a model beside Node, and leaves nothing behind', async () => {
    const { code, stdout } = await start('--browser', '--json').finished
    expect(code).toBe(0)
    const { runtime, latencyMs } = JSON.parse(stdout).browser
    expect(runtime).toMatch(/^onnxruntime-web \S+ \(wasm simd\), Chrome\/\d+$/)
    expect(latencyMs.n).toBe(200)
    expect(latencyMs.p10).toBeGreaterThan(0)
    expect(latencyMs.median).toBeGreaterThanOrEqual(latencyMs.p10)
    expect(profiles()).toEqual([])
  })

  it('prints both latencies', async () => {
    const { stdout } = await pare(evaluate('--browser'), folder)
    expect(stdout).toContain('│ latency, median (n = 200)')
    expect(stdout).toContain('│ latency in the browser, median (n = 200)')
    expect(stdout).toMatch(/\nbrowser: onnxruntime-web .*, one thread\n$/)
  })
})

describe.skipIf(browser === null)('openBrowser', () => {
  let instrument: Instrument
  const scripts = fileURLToPath(new URL('../../dist/src/runtime/browser/page/', import.meta.url))
  const open = async (threads: number, signal = new AbortController().signal) => {
    const web = await findWebRuntime()
    if (web === null) throw new Error('onnxruntime-web is not installed')
    return openBrowser({ web, program: browser, threads, scripts, signal })
  }
  const image = { data: new Float32Array(28 * 28).fill(0.5), shape: [1, 1, 28, 28] }
  const timed = (name: 'lenet300' | 'lenet5', kernels: boolean) => {
    const [input] = loadModel(name).inputs
    return { model: modelBytes(name), feeds: { [input!.name]: image }, kernels }
  }

  beforeAll(async () => {
    instrument = await open(1)
  })

  afterAll(() => instrument.close())

  it('times models side by side, with the kernels of those it is asked for', async () => {
    const [plain, profiled] = await instrument.time([timed('lenet300', false), timed('lenet5', true)], 30)
    expect([plain!.ms.length, plain!.kernels]).toEqual([30, []])
    expect([profiled!.ms.length, profiled!.kernels.length]).toEqual([30, 30])
    const names = ['/0/Conv', '/2/MaxPool', '/3/Conv', '/5/MaxPool', '/6/Flatten', 'fused /7/Gemm', '/9/Gemm']
    for (const run of profiled!.kernels) expect(run.map(({ name }) => name)).toEqual(names)
  })

  it('says why a model is refused, and times the next', async () => {
    const broken = { ...timed('lenet5', false), model: new Uint8Array([1, 2, 3]) }
    await expect(instrument.time([broken], 1)).rejects.toThrow(/^onnxruntime-web cannot run the model: /)
    expect((await instrument.time([timed('lenet5', false)], 2))[0]!.ms).toHaveLength(2)
  })

  it('has threads to give, as its page is isolated', async () => {
    const threaded = await open(2)
    const [times] = await threaded.time([timed('lenet5', false)], 5)
    await threaded.close()
    expect([threaded.threads, times!.ms.length]).toEqual([2, 5])
  })

  it('fails all that goes on when it is stopped or closed', async () => {
    const stop = new AbortController()
    const closing = await open(1, stop.signal)
    const job = expect(closing.time([timed('lenet5', false)], 1e6)).rejects.toThrow('stopped')
    stop.abort(new Error('stopped'))
    await job
    await closing.close()
    await expect(closing.time([timed('lenet5', false)], 1)).rejects.toThrow('stopped')
    await expect(open(1, stop.signal)).rejects.toThrow('stopped')
  })
})
