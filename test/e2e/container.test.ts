/** Compressed models from the container to other formats and back, through the command line. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readOnnx } from '../../src/formats/onnx/read.js'
import { readPare } from '../../src/formats/pare/read.js'
import { writePare } from '../../src/formats/pare/write.js'
import { lookupNode } from '../../src/graph/lookup.js'
import { floats, floatTensor } from '../../src/graph/tensor.js'
import type { Graph } from '../../src/graph/types.js'
import { randomStream } from '../../src/random.js'
import { whole } from '../../src/ui/format.js'
import { pare } from '../fixtures/cli.js'
import { loadModel, modelBytes } from '../fixtures/models.js'
import { maxDifference, normalSamples, runGraph } from '../fixtures/run.js'
import { quantizable, withQuantizers } from '../formats/quantizers.js'

const lenet = loadModel('lenet5')
const [first = '', second = '', ...others] = quantizable(lenet).weights

/** LeNet-5 with one layer looked up in a codebook of three, the second at 3 bits, the others at 8. */
function compressedLenet(): Graph {
  const weight = lenet.initializers.get(first)!
  const { shape } = weight
  const lookup = { indices: 'indices', codebook: 'codebook', output: 'looked-up' }
  const graph = withQuantizers(lenet, new Map([[second, 3], ...others.map(name => [name, 8] as const)]))
  const initializers = new Map(graph.initializers)
  initializers.delete(first)
  initializers.set('indices', {
    dtype: 'uint8',
    shape,
    data: Uint8Array.from(floats(weight), w => (w > 0 ? 2 : 1)),
  })
  initializers.set('codebook', floatTensor([3], [0, -0.1, 0.1]))
  const nodes = graph.nodes.map(node => ({
    ...node,
    inputs: node.inputs.map(name => (name === first ? lookup.output : name)),
  }))
  return { ...graph, initializers, nodes: [lookupNode('lookup', lookup), ...nodes] }
}

const file = writePare(compressedLenet(), 'exact')
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-container-'))
  writeFileSync(join(folder, 'net.pare'), file)
})

afterAll(() => rmSync(folder, { recursive: true }))

describe('a compressed model in a .pare file', () => {
  it('is inspected and pruned like any other', async () => {
    const { stdout } = await pare(['inspect', 'net.pare', '--json'], folder)
    expect(JSON.parse(stdout)).toMatchObject({ bytes: file.length, params: 431_080 })
    const { code } = await pare(['compress', 'net.pare', '--keep', '0.5', '--out', 'half.pare'], folder)
    expect(code).toBe(0)
    expect(readPare(readFileSync(join(folder, 'half.pare'))).nodes).toHaveLength(lenet.nodes.length)
  })

  it('is unpacked to one that computes the same, and the loss of size is told on export', async () => {
    expect((await pare(['unpack', 'net.pare', '--out', 'plain.onnx'], folder)).stdout).toBe('plain.onnx\n')
    const plain = readOnnx(readFileSync(join(folder, 'plain.onnx')))
    // What readers of the first layer's weight get is -0.1 and 0.1 alone.
    const [, name = ''] = plain.nodes.find(({ op }) => op === 'Conv')!.inputs
    expect(new Set(floats(plain.initializers.get(name)!))).toEqual(
      new Set([Math.fround(-0.1), Math.fround(0.1)]),
    )
    const { stdout, stderr } = await pare(['export', 'net.pare', '--format', 'onnx', '--out', 'same'], folder)
    expect(stdout).toBe('same\n')
    expect(stderr).toBe(
      `${whole(readFileSync(join(folder, 'plain.onnx')).length)} bytes: 1 weights of 3 bits stand as integers of 4 or 8 bits, ` +
        `1 weights of codebooks stand as float32; a .pare file holds them as they are in ${whole(file.length)} bytes\n`,
    )
    const [same, unpacked] = ['same', 'plain.onnx'].map(name => readFileSync(join(folder, name)))
    expect(Buffer.compare(same!, unpacked!)).toBe(0)
  })

  it('is written smaller on request, and is the same', async () => {
    const { stderr } = await pare(['export', 'net.pare', '--small', '--out', 'small.pare'], folder)
    const small = readFileSync(join(folder, 'small.pare'))
    expect(stderr).toBe(`${whole(small.length)} bytes\n`)
    expect(small.length).toBeLessThan(file.length)
    expect(Buffer.compare(writePare(readPare(small), 'exact'), file)).toBe(0)
  })

  it('is refused where it is damaged, and nothing is written', async () => {
    writeFileSync(join(folder, 'damaged.pare'), file.subarray(0, 100_000))
    const { code, stderr } = await pare(['unpack', 'damaged.pare', '--out', 'no.onnx'], folder)
    expect([code, stderr]).toEqual([
      2,
      `pare: damaged.pare: the file is cut short: its constants need ${file.length - start()} bytes, found ${100_000 - start()}\n`,
    ])
    expect(() => readFileSync(join(folder, 'no.onnx'))).toThrow('ENOENT')
  })
})

/** Where the constants' data begin. */
function start(): number {
  const header = Buffer.from(file.subarray(0, 24))
  return 24 + header.readUInt32LE(8) + header.readUInt32LE(16)
}

it('models are converted between formats, and a run is no model', async () => {
  writeFileSync(join(folder, 'net.onnx'), modelBytes('lenet5'))
  mkdirSync(join(folder, 'js'))
  for (const [from, to] of [
    ['net.onnx', 'float.pare'],
    ['float.pare', 'js/model.json'],
    ['js/model.json', 'back.onnx'],
  ] as const)
    expect((await pare(['export', from, '--out', to], folder)).stdout).toBe(`${to}\n`)
  const samples = normalSamples(randomStream(1, 0, 'samples'), 2 * 784)
  const back = readOnnx(readFileSync(join(folder, 'back.onnx')))
  const outputs = await runGraph(back, samples, [2, 1, 28, 28])
  expect(maxDifference(await runGraph(lenet, samples, [2, 1, 28, 28]), outputs)).toBeLessThan(1e-4)
  const { code, stderr } = await pare(['export', 'net.onnx', '--trial', '1', '--out', 'x.pare'], folder)
  expect([code, stderr]).toEqual([2, 'pare: --trial 1: net.onnx is a model, not a run\n'])
})
