import { existsSync, mkdtempSync, rmdirSync } from 'node:fs'
import { availableParallelism, cpus, freemem, totalmem } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { findBrowser } from '../../runtime/browser/find.js'
import { findWebRuntime, TESTED_WEB_RUNTIME } from '../../runtime/browser/web-runtime.js'
import { initBackend, whyNotNative } from '../../tensor/backend.js'
import { tensorflow } from '../../tensor/native/home.js'
import { RUNS } from '../runs/run-folder.js'

/** One thing that was looked at: `ok`; `without` it a search still runs; `missing`, and it does not. */
export interface Finding {
  readonly name: string
  readonly state: 'ok' | 'without' | 'missing'
  readonly found: string
  /** What to do; null where nothing need be done. */
  readonly advice: string | null
}

const OLDEST_NODE = [20, 19] as const

/** Looks at all that a search needs. Never throws: what fails is a finding. */
export async function diagnose(): Promise<readonly Finding[]> {
  return [
    node(),
    native(),
    await tried('wasm backend', 'npm ci installs it', async () => {
      await initBackend('wasm')
      return 'loads'
    }),
    await tried('onnxruntime', 'npm ci installs it', async () => {
      const { runtimeVersion } = await import('../../runtime/session.js')
      return runtimeVersion
    }),
    await browser(),
    await tried('sqlite', 'npm rebuild sqlite3 builds it, with a C++ compiler and Python', sqlite),
    ok('cores', `${availableParallelism()} of ${cpus()[0]?.model.trim() ?? 'an unknown processor'}`),
    ok('memory', `${gigabytes(freemem())} GB free of ${gigabytes(totalmem())} GB`),
    await tried('runs folder', 'run pare where you may write, or give --run a path', async () => writable()),
  ]
}

function ok(name: string, found: string): Finding {
  return { name, state: 'ok', found, advice: null }
}

async function tried(name: string, advice: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return ok(name, await look())
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0]! : String(error)
    return { name, state: 'missing', found: reason, advice }
  }
}

function node(): Finding {
  const { node: version } = process.versions
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const old = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])
  if (!old) return ok('node', version)
  return {
    name: 'node',
    state: 'missing',
    found: version,
    advice: `install ${OLDEST_NODE.join('.')} or newer`,
  }
}

function native(): Finding {
  const reason = whyNotNative()
  if (reason === null) return ok('tensorflow backend', `${tensorflow.version} loads`)
  return {
    name: 'tensorflow backend',
    state: 'without',
    found: reason,
    advice: 'training runs on wasm, slower',
  }
}

/** What `--browser` needs. */
async function browser(): Promise<Finding> {
  const [program, web] = [findBrowser(null), await findWebRuntime()]
  const without = (found: string, advice: string): Finding => ({
    name: 'browser',
    state: 'without',
    found,
    advice,
  })
  if (web === null)
    return without('no onnxruntime-web', `for --browser: npm install onnxruntime-web@${TESTED_WEB_RUNTIME}`)
  if (program === null)
    return without(
      'no Chromium or Chrome',
      'for --browser: install one, set CHROME_PATH, or open the page by hand',
    )
  return ok('browser', `${program}, onnxruntime-web ${web.version}`)
}

async function sqlite(): Promise<string> {
  const { default: sqlite3 } = await import('sqlite3')
  return sqlite3.VERSION
}

function gigabytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1)
}

/** Where runs are kept, once it is known that they can be. @throws where they cannot. */
function writable(): string {
  const folder = resolve(RUNS)
  rmdirSync(mkdtempSync(join(existsSync(folder) ? folder : dirname(folder), '.pare-')))
  return `${folder} can be written`
}
