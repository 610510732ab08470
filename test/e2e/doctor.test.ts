import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { whyNotNative } from '../../src/tensor/backend.js'
import { pare } from '../fixtures/cli.js'

describe('pare doctor', () => {
  const names = [
    'node',
    'tensorflow backend',
    'wasm backend',
    'onnxruntime',
    'browser',
    'sqlite',
    'cores',
    'memory',
    'runs folder',
  ]

  it('finds what a search needs, and says which backend loads', async () => {
    const { code, stdout } = await pare(['doctor', '--json'], tmpdir())
    const { well, backend, findings } = JSON.parse(stdout)
    expect([code, well]).toEqual([0, true])
    expect(Object.keys(findings)).toEqual(names)
    expect(findings.node.found).toBe(process.versions.node)
    const reason = whyNotNative()
    expect(findings['tensorflow backend']).toMatchObject(
      reason === null ? { state: 'ok' } : { state: 'without', found: reason },
    )
    expect(backend).toBe(reason === null ? 'tensorflow' : 'wasm')
  })

  it('prints one line for each', async () => {
    const { stdout } = await pare(['doctor'], tmpdir())
    expect(stdout.match(/^(ok|without) +[^:]+/gm)?.map(line => line.replace(/^\w+ +/, ''))).toEqual(names)
  })

  it('says that nothing can be written, and ends with 1', async () => {
    const { code, stdout } = await pare(['doctor', '--json'], '/proc')
    const { well, findings } = JSON.parse(stdout)
    expect([code, well, findings['runs folder'].state]).toEqual([1, false, 'missing'])
  })
})
