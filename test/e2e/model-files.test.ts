/** Models of unusual form, from file to file. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { splitOnnx } from '../../src/formats/onnx/split.js'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import { randomStream } from '../../src/random.js'
import { pare } from '../fixtures/cli.js'
import { emptyFolder } from '../fixtures/folder.js'
import { writeSmallFashion } from '../fixtures/idx.js'
import { loadModel } from '../fixtures/models.js'
import { Builder } from '../fixtures/random-graph/builder.js'
import { conv } from '../fixtures/random-graph/layers.js'
import { outputsOf } from '../fixtures/twin.js'
import { noiseInputs } from '../fixtures/worst-twin.js'

/** Two images in, two maps out: each of one, and their sum goes into the second. */
function twoByTwo() {
  const b = new Builder(randomStream(8, 0, 'two by two'))
  const [left, right] = [conv(b, b.input([1, 28, 28]), 8), conv(b, b.input([1, 28, 28]), 8)]
  b.output(conv(b, b.node('Relu', [left.name], left.shape), 3))
  b.output(conv(b, b.node('Add', [left.name, right.name], left.shape), 2))
  return b.graph()
}

it('a model of two inputs and two outputs is inspected and compressed, and not run on data', async () => {
  const folder = emptyFolder()
  const graph = twoByTwo()
  writeFileSync(join(folder, 'two.onnx'), writeOnnx(graph))
  writeSmallFashion(join(folder, 'data'), { train: 20, val: 20, test: 20 })
  const inspected = JSON.parse((await pare(['inspect', 'two.onnx', '--json'], folder)).stdout)
  expect(inspected.groups.map(({ size }: { size: number }) => size)).toEqual([8])
  const compressed = await pare(['compress', 'two.onnx', '--keep', '0.5', '--out', 'half.onnx'], folder)
  expect(compressed.code).toBe(0)
  const outputs = await outputsOf(join(folder, 'half.onnx'), noiseInputs(graph))
  expect(Object.values(outputs).map(({ shape }) => shape)).toEqual([
    [2, 3, 28, 28],
    [2, 2, 28, 28],
  ])
  const { code, stderr } = await pare(['evaluate', 'two.onnx', '--data', 'data'], folder)
  expect([code, stderr]).toEqual([
    2,
    'pare: two.onnx: a data set feeds one input, the model has 2 (x0, x1)\n',
  ])
})

it('weights in a file beside the model are read from wherever the command runs', async () => {
  const folder = emptyFolder()
  mkdirSync(join(folder, 'models'))
  const { data, model } = splitOnnx(loadModel('lenet5'))
  writeFileSync(join(folder, 'models', 'net.onnx'), model('weights'))
  writeFileSync(join(folder, 'models', 'weights'), Buffer.concat(data))
  const { code, stdout } = await pare(['inspect', join('models', 'net.onnx'), '--json'], folder)
  expect(code).toBe(0)
  expect(JSON.parse(stdout).params).toBe(20 * 26 + 50 * 501 + 500 * 801 + 10 * 501)
})

it.each([
  ["outside the model's folder", '../weights'],
  ['at an absolute path', '/etc/passwd'],
])('weights %s are refused in one line, and nothing is written', async (_, location) => {
  const folder = emptyFolder()
  mkdirSync(join(folder, 'models'))
  const { data, model } = splitOnnx(loadModel('lenet5'))
  writeFileSync(join(folder, 'models', 'net.onnx'), model(location))
  writeFileSync(join(folder, 'weights'), Buffer.concat(data))
  const { code, stdout, stderr } = await pare(
    ['compress', join('models', 'net.onnx'), '--keep', '0.5', '--out', 'half.onnx'],
    folder,
  )
  expect(stderr).toMatch(/^pare: models.net\.onnx: [^\n]* lies outside the model's folder\n$/)
  expect([code, stdout]).toEqual([2, ''])
  expect(readdirSync(folder)).toEqual(['models', 'weights'])
})
