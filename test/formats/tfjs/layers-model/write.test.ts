import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { readLayersTemplate } from '../../../../src/formats/tfjs/layers-model/template.js'
import { writeLayersModel } from '../../../../src/formats/tfjs/layers-model/write.js'
import { readTfjs } from '../../../../src/formats/tfjs/read.js'
import { channelGroups } from '../../../../src/graph/groups.js'
import { sliceGraph } from '../../../../src/graph/slice.js'
import type { Graph } from '../../../../src/graph/types.js'
import { randomStream } from '../../../../src/random.js'
import { simplify } from '../../../../src/runtime/simplify.js'
import { randomKept } from '../../../fixtures/policies.js'
import { difference, runLastly } from '../compare.js'
import { inFolder, saveLayers, shake } from '../layers.js'
import { apply, type Net, nets, samples } from './nets.js'
import { readAgain, runLayers } from './written.js'

const { layers } = tf

/** A layer that keeps the shape of what it reads and whose channels may go, before and behind a net. */
function around(net: Net): Net {
  const mixed = (x: tf.SymbolicTensor, units: number) => apply(layers.dense({ units }), x)
  return x => {
    const made = [net(mixed(x, x.shape.at(-1)!))].flat()
    return made.map(y => mixed(mixed(y, y.shape.at(-1)!), 2))
  }
}

function halved(graph: Graph): Graph {
  const { groups } = channelGroups(graph)
  const kept = groups.map(({ name, size }) => {
    const half = Array.from({ length: Math.max(1, Math.floor(size / 2)) }, (_, i) => 2 * i)
    return [name, Int32Array.from(half.map(channel => Math.min(channel, size - 1)))] as const
  })
  return sliceGraph(graph, groups, new Map(kept))
}

function shrunk(graph: Graph): Graph[] {
  const { groups } = channelGroups(graph)
  const random = randomStream(8, 0, 'kept')
  return [halved(graph), ...[1, 2, 3].map(() => sliceGraph(graph, groups, randomKept(groups, random)))]
}

describe('what is written of a compressed model, TF.js loads and computes as ONNX Runtime does', () => {
  it.each(Object.keys(nets))('%s', async name => {
    const { shape, net } = nets[name]!
    const input = tf.input({ shape })
    const model = shake(tf.model({ inputs: input, outputs: around(net)(input) }))
    await inFolder(async folder => {
      const file = await saveLayers(model, folder)
      const template = await readLayersTemplate(file)
      const x = samples(shape)
      for (const small of shrunk(await simplify(await readTfjs(file)))) {
        const expected = await runLastly(small, [x])
        const document = writeLayersModel(template, small)
        expect(difference(await runLayers(document, [x]), expected)).toBeLessThanOrEqual(1e-4)
        expect(difference(await runLastly(await readAgain(document), [x]), expected)).toBeLessThanOrEqual(
          1e-4,
        )
      }
    })
  })
})
