import '@tensorflow/tfjs-backend-cpu'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readOnnx } from '../../src/formats/onnx/read.js'
import type { TfjsLayersModel } from '../../src/formats/tfjs/layers-model/document.js'
import { readTfjs } from '../../src/formats/tfjs/read.js'
import { pare } from '../fixtures/cli.js'
import { writeSmallFashion } from '../fixtures/idx.js'
import { saveLayers, shake } from '../formats/tfjs/layers.js'
import { samples } from '../formats/tfjs/layers-model/nets.js'
import { apartInTfjs } from '../formats/tfjs/layers-model/written.js'

const { layers } = tf
let folder: string

beforeAll(async () => {
  await tf.setBackend('cpu')
  folder = mkdtempSync(join(tmpdir(), 'pare-layers-'))
  writeSmallFashion(join(folder, 'data'), { train: 200, val: 60, test: 60 })
  const model = tf.sequential({
    layers: [
      layers.conv2d({ inputShape: [28, 28, 1], filters: 8, kernelSize: 5, strides: 3, useBias: false }),
      layers.batchNormalization({}),
      layers.reLU({}),
      layers.conv2d({ filters: 8, kernelSize: 3, useBias: false }),
      layers.flatten(),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
  })
  await saveLayers(shake(model), folder, 1e6)
})

afterAll(() => rmSync(folder, { recursive: true }))

async function run(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await pare(args, folder)
  expect(code, stderr).toBe(0)
  return stdout
}

/** The document and the weights of a model as they stand in the folder. */
function document(file: string): TfjsLayersModel {
  const { weightsManifest, ...rest } = JSON.parse(readFileSync(join(folder, file), 'utf8'))
  const [{ paths, weights: weightSpecs }] = weightsManifest
  const shards = paths.map((path: string) => readFileSync(join(folder, file, '..', path)))
  return { ...rest, weightSpecs, weightData: new Uint8Array(Buffer.concat(shards)) }
}

const input = [samples([28, 28, 1])]
const layersOut = ['--format', 'tfjs-layers']

it('comes in and goes out of compress and finetune as a layers model', async () => {
  const compress = ['compress', 'model.json', '--keep', '0.5', '--round', '1', '--data', 'data']
  const made = JSON.parse(await run(...compress, '--out', 'half', ...layersOut, '--json'))
  const files = readdirSync(join(folder, 'half')).map(name => statSync(join(folder, 'half', name)).size)
  expect(made).toMatchObject({ out: 'half/model.json', compressed: { bytes: files[0]! + files[1]! } })
  await run(...compress, '--out', 'half.onnx')
  const onnx = readOnnx(readFileSync(join(folder, 'half.onnx')))
  expect(await apartInTfjs(document('half/model.json'), onnx, input)).toBeLessThanOrEqual(1e-4)
  const tune = ['finetune', 'half/model.json', '--data', 'data', '--epochs', '1', '--learning-rate', '0.001']
  await run(...tune, '--out', 'tuned.json', ...layersOut)
  const tuned = await readTfjs(join(folder, 'tuned.json'))
  expect(await apartInTfjs(document('tuned.json'), tuned, input)).toBeLessThanOrEqual(1e-4)
})

it('comes out of a search as a layers model', async () => {
  const search = ['search', 'model.json', '--data', 'data', '--budget', 'macs=60%', '--run', 'r', '--force']
  await run(...search, '--trials', '2', '--finalists', '1', '--epochs', '1', '--workers', '1', '--round', '1')
  expect(await run('export', 'r', '--out', 'best', ...layersOut)).toBe('best/model.json\n')
  const best = readOnnx(readFileSync(join(folder, 'runs/r/best.onnx')))
  expect(await apartInTfjs(document('best/model.json'), best, input)).toBeLessThanOrEqual(1e-4)
})

it('is refused where no layers model came in', async () => {
  const { code, stderr } = await pare(
    ['compress', 'half.onnx', '--keep', '0.5', '--out', 'x', ...layersOut],
    folder,
  )
  expect([code, stderr]).toEqual([
    2,
    'pare: --format tfjs-layers: the model that came in is no TF.js layers model\n',
  ])
})
