import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { addonFile, nativeHome, tensorflow } from './home.js'
import { unzip } from './unzip.js'
import { assertWheel, fetchWheel } from './wheel.js'

const require = createRequire(import.meta.url)
const execute = promisify(execFile)

/** Runs a program. @throws Error with the first line that it complained with. */
async function run(what: string, program: string, args: readonly string[]): Promise<void> {
  try {
    await execute(program, args)
  } catch (cause) {
    const { stderr = '' } = cause as { readonly stderr?: string }
    const complaint = stderr.split('\n').find(line => /error/i.test(line)) ?? String(cause).split('\n')[0]
    throw new Error(`${what} failed: ${complaint}`, { cause })
  }
}

/** tfjs-node keeps names of attributes in one set for the whole process, which its threads would change at once. */
const SHARED_NAMES = 'static std::set<std::string> ATTR_NAME_SET;'
const OWN_NAMES = 'static thread_local std::set<std::string> ATTR_NAME_SET;'

const SOURCES = ['tfjs_backend.cc', 'tfjs_binding.cc'] as const

/** What the wheel is unpacked for. */
const HEADERS = [
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/',
  'tensorflow/include/tensorflow/tsl/',
]

/** The folder of an installed package. @throws Error where it is not installed. */
function packageFolder(name: string): string {
  try {
    return dirname(require.resolve(`${name}/package.json`))
  } catch {
    throw new Error(
      `${name} is not installed: npm install --no-save --ignore-scripts ${name} puts it back (npm 10 drops it when its own script fails)`,
    )
  }
}

/**
 * Builds tfjs-node's addon from the sources of the npm package against the TensorFlow library of a Python wheel, and puts
 * it into place once it has computed in two threads at a time.
 * @param log told each step
 * @param wheel the wheel where it was fetched by other means; null fetches it
 * @throws Error in one line: no such platform, no compiler, no index, a wrong file.
 */
export async function buildNative(log: (step: string) => void, wheel: string | null): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(
      `the native backend is built on Linux x64 only, this is ${process.platform} ${process.arch}`,
    )
  const binding = join(packageFolder('@tensorflow/tfjs-node'), 'binding')
  const { include_dir: nodeHeaders } = require('node-api-headers') as { readonly include_dir: string }
  const compiler = process.env.CXX || 'g++'
  await execute(compiler, ['--version']).catch(() => {
    throw new Error(`there is no C++ compiler ${compiler}: install g++, or name one in CXX`)
  })
  const home = nativeHome()
  mkdirSync(dirname(home), { recursive: true })
  const work = mkdtempSync(`${home}-`)
  try {
    await unpackLibrary(log, work, wheel)
    log('compiling the addon')
    await compile(compiler, binding, nodeHeaders, work)
    log('computing in two threads')
    await prove(join(work, 'tfjs_binding.node'))
    rmSync(join(work, 'tensorflow'), { recursive: true })
    rmSync(home, { recursive: true, force: true })
    renameSync(work, home)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

async function unpackLibrary(log: (step: string) => void, work: string, given: string | null): Promise<void> {
  const file = given ?? join(work, tensorflow.wheel)
  if (given === null) {
    log(`fetching ${tensorflow.wheel} (187 MB)`)
    await fetchWheel(file)
  } else await assertWheel(file)
  log('unpacking TensorFlow')
  const libraries = tensorflow.libraries.map(name => `tensorflow/${name}`)
  await unzip(file, work, name => libraries.includes(name) || HEADERS.some(folder => name.startsWith(folder)))
  if (given === null) rmSync(file)
  for (const name of tensorflow.libraries) renameSync(join(work, 'tensorflow', name), join(work, name))
}

async function compile(compiler: string, binding: string, nodeHeaders: string, work: string): Promise<void> {
  const backend = readFileSync(join(binding, 'tfjs_backend.cc'), 'utf8')
  if (!backend.includes(SHARED_NAMES)) throw new Error(`${binding}: not the sources of tfjs-node 4.22`)
  const patched = join(work, 'tensorflow', 'tfjs_backend.cc')
  writeFileSync(patched, backend.replace(SHARED_NAMES, OWN_NAMES))
  const includes = [binding, nodeHeaders, join(work, 'tensorflow', 'include')]
  const options = ['-O2', '-std=c++17', '-fPIC', '-shared', '-w', '-DNAPI_VERSION=8', '-Wl,-rpath,$ORIGIN']
  await run('compiling', compiler, [
    ...options,
    ...includes.map(folder => `-I${folder}`),
    patched,
    join(binding, SOURCES[1]),
    ...tensorflow.libraries.map(name => join(work, name)),
    '-o',
    join(work, 'tfjs_binding.node'),
  ])
}

/** Computes with an addon in two threads of another process. @throws Error where that fails or gives other numbers. */
async function prove(addon: string): Promise<void> {
  const script = fileURLToPath(new URL('./prove.js', import.meta.url))
  await run('the trial run of the addon', process.execPath, [script, addon])
}

/** Whether the addon is in place. */
export function isBuilt(): boolean {
  return existsSync(addonFile())
}
