import { copyFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadModel } from '../../../src/cli/files/inputs.js'
import { writeOnnxFile } from '../../../src/cli/files/write-onnx-file.js'
import { writeOnnx } from '../../../src/formats/onnx/write.js'
import { floatTensor } from '../../../src/graph/tensor.js'
import type { Graph } from '../../../src/graph/types.js'
import { emptyFolder } from '../../fixtures/folder.js'
import { smallNet } from '../../fixtures/small-net.js'
import { outputsOf } from '../../fixtures/twin.js'
import { noiseInputs } from '../../fixtures/worst-twin.js'

/** The larger weights of a small net; none of its files comes near 2 GB. */
const SMALL_LIMIT = 1000

/** A net with a weight large enough to stand in a file of its own. */
function net(seed: number): Graph {
  const graph = smallNet(seed)
  const initializers = new Map(graph.initializers)
    .set('w3', floatTensor([40, 27], new Float32Array(1080).fill(seed)))
    .set('b3', floatTensor([40], new Float32Array(40)))
  const outputs = graph.outputs.map(output => ({ ...output, shape: ['batch', 40] }))
  return { ...graph, initializers, outputs }
}

const noCheck = async () => {}

describe('a model whose weights are too many for one file', () => {
  it('is written in two, which ONNX Runtime loads and pare reads', async () => {
    const folder = emptyFolder()
    const out = join(folder, 'small.onnx')
    const graph = net(1)
    const inputs = noiseInputs(graph)
    const { checked: found, bytes: size } = await writeOnnxFile(
      out,
      graph,
      model => outputsOf(model, inputs),
      SMALL_LIMIT,
    )
    expect(found).toEqual(await outputsOf(writeOnnx(graph), inputs))
    expect(readdirSync(folder).map(file => file.replace(/[0-9a-f]{16}/, 'hash'))).toEqual([
      'small.onnx',
      'small.onnx.hash.data',
    ])
    const files = readdirSync(folder).map(file => readFileSync(join(folder, file)).length)
    expect(files.reduce((sum, length) => sum + length)).toBe(size)
    const { bytes, size: read } = await loadModel(out)
    expect(read).toBeLessThanOrEqual(size)
    expect(await outputsOf(bytes ?? '', inputs)).toEqual(found)
  })

  it('takes the place of another, and a copy of that one keeps its weights', async () => {
    const folder = emptyFolder()
    const [out, copy] = [join(folder, 'small.onnx'), join(folder, 'copy.onnx')]
    await writeOnnxFile(out, net(1), noCheck, SMALL_LIMIT)
    copyFileSync(out, copy)
    await writeOnnxFile(out, net(2), noCheck, SMALL_LIMIT)
    for (const [file, seed] of [
      [copy, 1],
      [out, 2],
    ] as const)
      expect((await loadModel(file)).graph.initializers.get('w3')).toEqual(net(seed).initializers.get('w3'))
  })

  it.each([
    ['new', 2],
    ['the same', 1],
  ])('is not written where the check fails, and the old one stays: %s weights', async (_, seed) => {
    const folder = emptyFolder()
    const out = join(folder, 'small.onnx')
    await writeOnnxFile(out, net(1), noCheck, SMALL_LIMIT)
    const before = readdirSync(folder)
    const failing = async () => {
      throw new Error('no')
    }
    await expect(writeOnnxFile(out, net(seed), failing, SMALL_LIMIT)).rejects.toThrow('no')
    expect(readdirSync(folder)).toEqual(before)
    expect((await loadModel(out)).graph.initializers.get('w3')).toEqual(net(1).initializers.get('w3'))
  })
})
