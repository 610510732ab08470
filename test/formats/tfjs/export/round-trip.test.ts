import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readOnnx } from '../../../../src/formats/onnx/read.js'
import { writeOnnx } from '../../../../src/formats/onnx/write.js'
import { readTfjs } from '../../../../src/formats/tfjs/read.js'
import { saveTfjs } from '../../../../src/formats/tfjs/save.js'
import { writeTfjs } from '../../../../src/formats/tfjs/write.js'
import { difference, runLastly } from '../compare.js'
import { byShape, expected, fixtures, modelFile } from '../fixtures.js'
import { inFolder } from '../layers.js'
import { runModel } from './loaded.js'

const graphModels = fixtures.filter(([name]) => name.startsWith('graph-'))

describe('a TF.js model that goes in and out again', () => {
  it.for(fixtures)('%s computes what TensorFlow did, through an ONNX file', async ([name, tolerance]) => {
    const graph = await readTfjs(modelFile(name))
    const model = writeTfjs(readOnnx(writeOnnx(graph)))
    const { input, outputs } = expected(name)
    const [key = ''] = Object.keys(model.signature.inputs)
    const found = Object.values(await runModel(model, { [key]: input }))
    expect(difference(byShape(found), byShape(outputs))).toBeLessThanOrEqual(tolerance)
  })

  it.for(graphModels)('%s keeps its signature', async ([name]) => {
    const { signature } = JSON.parse(readFileSync(modelFile(name), 'utf8'))
    const graph = await readTfjs(modelFile(name))
    const written = writeTfjs(graph)
    expect(written.signature).toEqual({ inputs: signature.inputs, outputs: signature.outputs })
    // The order of the keys is the order of the outputs.
    expect(Object.keys(written.signature.outputs)).toEqual(Object.keys(signature.outputs))
    const names = written.modelTopology.node.map(node => `${node.name}:0`)
    for (const info of Object.values(written.signature.outputs)) expect(names).toContain(info.name)
  })

  it.for(fixtures)('%s is read again as the same function', async ([name, tolerance]) => {
    const { input, outputs } = expected(name)
    const graph = await readTfjs(modelFile(name))
    const again = await inFolder(async folder => {
      saveTfjs(join(folder, 'again.json'), graph)
      return readTfjs(join(folder, 'again.json'))
    })
    expect(again.inputs).toEqual(graph.inputs)
    expect(again.outputs).toEqual(graph.outputs)
    expect(difference(byShape(await runLastly(again, [input])), byShape(outputs))).toBeLessThanOrEqual(
      tolerance,
    )
  })
})
