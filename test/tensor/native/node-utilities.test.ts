import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { setImmediate } from 'node:timers/promises'
import util from 'node:util'
import { expect, it } from 'vitest'
import { replaceUtilities } from '../../../src/tensor/native/node-utilities.js'

const require = createRequire(import.meta.url)
const kernels = ['nodejs_kernel_backend.js', 'kernels/TopK.js']

it('gives tfjs-node what it calls of util, without a warning', async () => {
  const warnings: string[] = []
  const note = (warning: Error) => warnings.push(warning.message)
  process.on('warning', note)
  Reflect.deleteProperty(util, 'isNullOrUndefined')
  replaceUtilities()
  const called = kernels
    .map(file => readFileSync(require.resolve(`@tensorflow/tfjs-node/dist/${file}`), 'utf8'))
    .flatMap(source => [...source.matchAll(/\(0, util_1\.(\w+)\)/g)].map(([, name]) => name ?? ''))
  const values = [null, undefined, 0, '', [], [1], {}]
  const answers = new Map(
    called.map(name => [name, values.map(value => Reflect.apply(Reflect.get(util, name), null, [value]))]),
  )
  await setImmediate()
  process.off('warning', note)
  expect(answers).toEqual(
    new Map([
      ['isNullOrUndefined', [true, true, false, false, false, false, false]],
      ['isArray', [false, false, false, false, true, true, false]],
    ]),
  )
  expect(warnings).toEqual([])
})
