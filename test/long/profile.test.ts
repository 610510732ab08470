import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pare } from '../fixtures/cli.js'
import { tableBytes } from '../fixtures/npy.js'

const lenet = fileURLToPath(new URL('../fixtures/models/lenet5.onnx', import.meta.url))
const device = (name: string) =>
  fileURLToPath(new URL(`../../examples/devices/${name}.yaml`, import.meta.url))
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-profile-'))
  writeFileSync(
    join(folder, 'phone.csv'),
    'kind,in,out,kernel,size,time\nconv,3,8,3,32,1.5\nconv,8,8,3,32,2\n',
  )
  writeFileSync(join(folder, 'more.csv'), 'kind,in,out,kernel,size,time\nconv,8,8,3,32,4\ndense,8,10,,,0.1\n')
  writeFileSync(join(folder, 'bad.csv'), 'kind,in,out,kernel,size,time\nconv,3,8,3,32,1\nconv,3,8,3,32,no\n')
  // LeNet-5 has four layers with weights.
  writeFileSync(join(folder, 'table.npy'), tableBytes(Array.from({ length: 4 * 64 }, (_, i) => i + 1)))
})

afterAll(() => rmSync(folder, { recursive: true }))

const run = (...args: string[]) => pare(['profile', ...args], folder)
const importCsv = (file: string, out: string, name = 'phone') =>
  run('import', file, '--out', out, '--device', name)
const shown = async (file: string) => JSON.parse((await run('show', file, '--json')).stdout)

describe('pare profile', () => {
  it('imports measurements, adds to those of the same device, and shows what there is', async () => {
    const { code, stdout, stderr } = await importCsv('phone.csv', 'phone.prof')
    expect([code, stdout]).toEqual([0, 'phone.prof\n'])
    expect(stderr).toContain('2 layer configurations of phone, in ms')
    expect((await importCsv('more.csv', 'phone.prof')).code).toBe(0)
    expect(await shown('phone.prof')).toMatchObject({
      device: { name: 'phone', unit: 'ms' },
      kind: 'table',
      layers: 3,
      families: [
        { name: 'conv w32a32', n: 2 },
        { name: 'dense w32a32', n: 1 },
      ],
      predictor: null,
    })
    expect((await run('show', 'phone.prof')).stdout).toContain('phone')
  })

  it('imports a table of layers and bits of a model', async () => {
    const args = ['--out', 'table.prof', '--device', 'simulator', '--unit', 'cycles', '--model', lenet]
    expect((await run('import', 'table.npy', ...args)).code).toBe(0)
    expect(await shown('table.prof')).toMatchObject({
      device: { unit: 'cycles' },
      layers: 4 * 64,
      bits: { weights: [1, 2, 3, 4, 5, 6, 7, 8] },
    })
  })

  it('makes profiles of data sheets, and replaces a file only when told to', async () => {
    for (const name of ['cmos-45nm', 'nvidia-t4'])
      expect((await run('sheet', device(name), '--out', `${name}.prof`)).code).toBe(0)
    expect(await shown('cmos-45nm.prof')).toMatchObject({ kind: 'energy', device: { unit: 'mJ' } })
    expect((await run('show', 'nvidia-t4.prof')).stdout).toContain('data sheet')
    const again = await run('sheet', device('nvidia-t4'), '--out', 'cmos-45nm.prof')
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('pass --overwrite') })
  })

  it('merges profiles of one device, the second first', async () => {
    await importCsv('phone.csv', 'a.prof')
    await importCsv('more.csv', 'b.prof')
    expect((await run('merge', 'a.prof', 'b.prof', '--out', 'c.prof')).code).toBe(0)
    expect((await shown('c.prof')).layers).toBe(3)
    await importCsv('more.csv', 'other.prof', 'another phone')
    const { code, stderr } = await run('merge', 'a.prof', 'other.prof', '--out', 'd.prof')
    expect([code, stderr]).toEqual([
      2,
      'pare: other.prof: expected a profile of phone (imported, ms) as a.prof, found one of another phone (imported, ms)\n',
    ])
    expect(existsSync(join(folder, 'd.prof'))).toBe(false)
  })

  it('measures where no other word is said', async () => {
    const named = await run('none.onnx', '--device', 'x', '--json')
    expect([named.code, named.stderr]).toEqual([2, 'pare: none.onnx: no such file\n'])
    expect(await run('measure', 'none.onnx', '--json')).toEqual(named)
  })

  it('leaves a profile as it was where an import is refused', async () => {
    copyFileSync(join(folder, 'a.prof'), join(folder, 'kept.prof'))
    expect((await importCsv('bad.csv', 'kept.prof')).code).toBe(2)
    expect((await importCsv('more.csv', 'kept.prof', 'another')).stderr).toMatch(
      /expected a profile of another .*, found one of phone/,
    )
    expect(readFileSync(join(folder, 'kept.prof'))).toEqual(readFileSync(join(folder, 'a.prof')))
  })
})
