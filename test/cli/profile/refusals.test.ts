import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { exitCodes, explain } from '../../../src/cli/options/error.js'
import { importCommand } from '../../../src/cli/profile/import.js'
import { mergeCommand } from '../../../src/cli/profile/merge.js'
import { sheetCommand } from '../../../src/cli/profile/sheet.js'
import { npyBytes, tableBytes } from '../../fixtures/npy.js'

const lenet = fileURLToPath(new URL('../../fixtures/models/lenet5.onnx', import.meta.url))
const ones = (layers: number) => new Float64Array(64 * layers).fill(1)
const energy = 'joulesPerMac: { 8: 1.0e-12 }, joulesPerByte: 1.0e-12, overhead: 0'
let folder: string
const at = (name: string) => join(folder, name)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-refusals-'))
  const header = 'kind,in,out,kernel,size,time\nconv,3,8,3,32,1\n'
  writeFileSync(at('good.csv'), header)
  writeFileSync(at('bad.csv'), `${header}conv,3,8,3,32,no\n`)
  // LeNet-5 has four layers with weights.
  writeFileSync(at('table.npy'), tableBytes(ones(4)))
  writeFileSync(at('short.npy'), tableBytes(ones(3)))
  writeFileSync(at('hole.npy'), tableBytes(ones(4).fill(0, 74, 75)))
  writeFileSync(at('text.npy'), npyBytes({ descr: '<U1', shape: [1] }, new Uint8Array(4)))
  writeFileSync(at('empty.yaml'), 'device: x\nsource: y\n')
  writeFileSync(at('part.yaml'), 'device: x\nsource: y\nenergy: { joulesPerMac: {}, joulesPerByte: 1 }\n')
  writeFileSync(at('words.yaml'), `device: x\nsource: y\nenergy: { ${energy.replace('8:', 'eight:')} }\n`)
  writeFileSync(at('more.yaml'), `device: x\nsource: y\nspeed: 1\nenergy: { ${energy} }\n`)
})

afterAll(() => rmSync(folder, { recursive: true }))

const imported = (file: string, more: { device?: string; model?: string } = {}) =>
  importCommand(at(file), { out: at('new.prof'), device: 'x', unit: 'ms', ...more })
const sheet = (file: string) => sheetCommand(at(file), { out: at('new.prof'), overwrite: false })

it.each([
  ['a faulty row', () => imported('bad.csv'), /bad\.csv: line 3: time: expected a number above 0/],
  ['no such file', () => imported('none.csv'), /none\.csv: no such file/],
  ['a table without its model', () => imported('table.npy'), /table\.npy: .* --model/],
  [
    'a table of another model',
    () => imported('short.npy', { model: lenet }),
    /short\.npy: expected shape \[4,8,8\], as .*lenet5\.onnx has 4 layers with weights, found \[3,8,8\]/,
  ],
  [
    'a table with a hole',
    () => imported('hole.npy', { model: lenet }),
    /hole\.npy: expected figures above 0, found 0 at \[1\]\[1\]\[2\]/,
  ],
  ['text', () => imported('text.npy', { model: lenet }), /expected integers or floats, found type U1/],
  ['a model for CSV', () => imported('good.csv', { model: lenet }), /--model .*good\.csv is not/],
  ['a device without a name', () => imported('good.csv', { device: ' ' }), /--device: expected a name/],
  [
    'a name that turns the screen red',
    () => imported('good.csv', { device: '\u001b[31mx' }),
    /--device: expected a name without/,
  ],
  ['a sheet without figures', () => sheet('empty.yaml'), /empty\.yaml: expected either roofline or energy/],
  ['a sheet that says too little', () => sheet('part.yaml'), /part\.yaml: energy\./],
  ['a sheet of words for bits', () => sheet('words.yaml'), /words\.yaml: energy\.joulesPerMac/],
  ['a sheet that says more', () => sheet('more.yaml'), /more\.yaml: .*speed/],
  ['no YAML', () => sheet('text.npy'), /text\.npy: /],
  [
    'a profile that is none',
    () => mergeCommand(at('good.csv'), at('good.csv'), { out: at('new.prof'), overwrite: false }),
    /good\.csv: expected a device profile/,
  ],
])('%s is refused in one line, and nothing is written', async (_, command, problem) => {
  const error: unknown = await command().then(
    () => null,
    reason => reason,
  )
  expect(String(error)).not.toContain('\n')
  expect(explain(error)).toEqual({ code: exitCodes.badInput, line: expect.stringMatching(problem) })
  expect(readdirSync(folder).filter(name => name.startsWith('new.prof'))).toEqual([])
})
