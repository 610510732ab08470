import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { modelFile, modelName } from '../../../src/cli/files/model-file.js'
import { assertWritable } from '../../../src/cli/files/out-file.js'
import { UsageError } from '../../../src/cli/options/error.js'
import { inFolder } from '../../formats/tfjs/layers.js'

describe('what --out and --format name', () => {
  it.each([
    ['x.onnx', undefined, { format: 'onnx', path: 'x.onnx' }],
    ['x', undefined, { format: 'onnx', path: 'x' }],
    ['a/x.json', undefined, { format: 'tfjs', path: 'a/x.json' }],
    ['a/x.json', 'tfjs', { format: 'tfjs', path: 'a/x.json' }],
    ['a/x', 'tfjs', { format: 'tfjs', path: 'a/x/model.json' }],
    ['a/x', 'tfjs-layers', { format: 'tfjs-layers', path: 'a/x/model.json' }],
    ['x', 'onnx', { format: 'onnx', path: 'x' }],
  ] as const)('%s as %s', (out, format, file) => {
    expect(modelFile(out, format)).toEqual(file)
  })

  it.each([
    ['x.json', 'onnx', '--out x.json: expected an .onnx file for --format onnx'],
    ['x.onnx', 'tfjs', '--out x.onnx: expected a .json file or a folder for --format tfjs'],
    ['x.onnx', 'tfjs-layers', '--out x.onnx: expected a .json file or a folder for --format tfjs-layers'],
  ] as const)('%s is not %s', (out, format, line) => {
    expect(() => modelFile(out, format)).toThrow(new UsageError(line))
  })

  it('may be a folder that is not there yet, in one that is', async () => {
    await inFolder(async folder => {
      const refusal = (out: string) => {
        try {
          const path = join(folder, out)
          assertWritable(path, modelFile(path, 'tfjs'), 'input.onnx', false)
          return undefined
        } catch (error) {
          return error instanceof UsageError ? error.message.replaceAll(`${folder}/`, '') : error
        }
      }
      expect(refusal('new')).toBeUndefined()
      expect(refusal('no/new')).toBe('--out no/new: there is no folder no')
      writeFileSync(join(folder, 'file'), '')
      expect(refusal('file')).toBe('--out file: expected a folder')
      mkdirSync(join(folder, 'model'))
      expect(refusal('model')).toBeUndefined()
      writeFileSync(join(folder, 'model/model.json'), '{}')
      expect(refusal('model')).toBe('--out model: exists; pass --overwrite to replace it')
    })
  })
})

it.each([
  ['nets/resnet.onnx', 'resnet'],
  ['nets/small/model.json', 'small'],
  ['nets/small.json', 'small'],
  ['/model.json', 'model'],
])('a run on %s is called after %s', (file, name) => {
  expect(modelName(file)).toBe(name)
})
