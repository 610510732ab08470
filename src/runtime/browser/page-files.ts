import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pageHtml } from './page-html.js'
import type { Served } from './server.js'
import { WEB_RUNTIME_FILES, type WebRuntime } from './web-runtime.js'

const SCRIPTS = ['page', 'worker', 'measure', 'kernel-times', 'root'] as const

/**
 * The page, its compiled scripts and the runtime that it loads, by path.
 * @throws Error where a file is missing
 */
export async function pageFiles(web: WebRuntime, scripts: string): Promise<Map<string, Served>> {
  const files = new Map<string, Served>()
  files.set('', { type: 'text/html; charset=utf-8', bytes: pageHtml })
  const add = async (path: string, type: string, file: string) =>
    files.set(path, { type, bytes: await readFile(file) })
  for (const name of SCRIPTS) await add(`page/${name}.js`, 'text/javascript', join(scripts, `${name}.js`))
  for (const name of WEB_RUNTIME_FILES) {
    const type = name.endsWith('.wasm') ? 'application/wasm' : 'text/javascript'
    await add(`ort/${name}`, type, join(web.folder, name))
  }
  return files
}
