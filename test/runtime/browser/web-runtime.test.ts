import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findWebRuntime, WEB_RUNTIME_FILES } from '../../../src/runtime/browser/web-runtime.js'

let folder: string

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'pare-web-')))
})

afterAll(() => rmSync(folder, { recursive: true }))

/** A project that has onnxruntime-web with these files; the file that would import it. */
function project(name: string, files: readonly string[]): string {
  const dist = join(folder, name, 'node_modules/onnxruntime-web/dist')
  mkdirSync(dist, { recursive: true })
  for (const file of files) writeFileSync(join(dist, file), '')
  const exported = { './wasm': { require: './dist/any.js' } }
  writeFileSync(join(dist, 'any.js'), '')
  writeFileSync(
    join(dist, '../package.json'),
    JSON.stringify({ version: `1.0.0-${name}`, exports: exported }),
  )
  return join(folder, name, 'index.js')
}

it('takes the first that is whole, and none where there is none', async () => {
  const old = project('old', WEB_RUNTIME_FILES.slice(1))
  const [first, second] = ['first', 'second'].map(name => project(name, WEB_RUNTIME_FILES))
  const none = join(folder, 'index.js')
  expect(await findWebRuntime([none, old, first!, second!])).toEqual({
    version: '1.0.0-first',
    folder: join(folder, 'first/node_modules/onnxruntime-web/dist'),
  })
  expect(await findWebRuntime([none, old])).toBeNull()
})
