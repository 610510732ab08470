import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { kernelTimes } from '../../../src/runtime/browser/page/kernel-times.js'
import { loadModel } from '../../fixtures/models.js'

/** What onnxruntime-web 1.30.0 printed of three runs of LeNet-5 in Chromium 156. */
const printed = readFileSync(new URL('../../fixtures/browser-profile.txt', import.meta.url), 'utf8')
const lines = printed.trimEnd().split('\n')
const runs = kernelTimes(lines)

describe('kernelTimes', () => {
  it('finds the kernels of every run, by the names of the nodes', () => {
    expect(runs).toHaveLength(3)
    const nodes = new Map(loadModel('lenet5').nodes.map(({ id, op }) => [id, op]))
    for (const run of runs) {
      const names = run.map(({ name }) => name.replace(/^fused /, ''))
      expect(names).toEqual([...nodes].filter(([, op]) => op !== 'Relu').map(([id]) => id))
      for (const { name, op } of run) expect(op).toMatch(nodes.get(name) ?? /^FusedGemm$/)
    }
  })

  it('gives a run no more time than it took', () => {
    const whole = [...printed.matchAll(/"dur" :(\d+).*"model_run"/g)].map(([, us]) => Number(us))
    expect(whole).toHaveLength(3)
    for (const [i, run] of runs.entries()) {
      const sum = run.reduce((total, { us }) => total + us, 0)
      expect(sum).toBeGreaterThan(whole[i]! / 2)
      expect(sum).toBeLessThanOrEqual(whole[i]!)
    }
  })

  it('refuses a profile that breaks off, and one with a name that is no JSON', () => {
    expect(() => kernelTimes(lines.slice(0, -1))).toThrow('not whole')
    expect(() => kernelTimes([])).toThrow('not whole')
    expect(() => kernelTimes(['[', lines[3]!.replace('/0/Conv', 'a"b'), ']'])).toThrow('cannot be read')
  })
})
