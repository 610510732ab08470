import { beforeAll, describe, expect, it } from 'vitest'
import { channelGroups } from '../../src/graph/groups.js'
import { sliceGraph } from '../../src/graph/slice.js'
import { floatTensor } from '../../src/graph/tensor.js'
import { permutation, randomStream } from '../../src/random.js'
import { tensor, tidy, type Variable, variable, variableGrads } from '../../src/tensor/tf.js'
import { asInOnnx, channelsLast } from '../../src/tensor/value.js'
import { attention, attentionDistance, sharedMaps } from '../../src/train/attention.js'
import { initTested } from '../fixtures/backend.js'
import { loadModel } from '../fixtures/models.js'
import { maxDifference, normalSamples } from '../fixtures/run.js'
import { smallNet } from '../fixtures/small-net.js'

beforeAll(async () => {
  await initTested()
})

const random = randomStream(5, 0, 'attention')
const [n, c, h, w] = [2, 3, 4, 5]
const values = normalSamples(random, n * c * h * w)

/** Sum of squares over the channels of [n, c, h, w], each sample's places of length 1. */
function slowAttention(x: Float32Array, channels: number): Float32Array {
  const rows = Array.from({ length: n }, (_, i) => {
    const sums = Array.from({ length: h * w }, (_, place) => {
      let sum = 0
      for (let k = 0; k < channels; k++) sum += x[(i * channels + k) * h * w + place]! ** 2
      return sum
    })
    const length = Math.sqrt(sums.reduce((all, s) => all + s * s, 0))
    return sums.map(s => s / length)
  })
  return Float32Array.from(rows.flat())
}

describe('attention maps', () => {
  it('are the same in both layouts, and those of a slow sum', () => {
    const expected = slowAttention(values, c)
    const turned = Float32Array.from(values, (_, i) => {
      const [sample, place, channel] = [Math.floor(i / (c * h * w)), Math.floor(i / c) % (h * w), i % c]
      return values[(sample * c + channel) * h * w + place]!
    })
    for (const value of [
      asInOnnx(tensor(values, [n, c, h, w])),
      channelsLast(tensor(turned, [n, h, w, c])),
    ]) {
      const map = attention(value)
      expect(map.shape).toEqual([n, h * w])
      expect(maxDifference(map.dataSync<'float32'>(), expected)).toBeLessThan(1e-6)
    }
  })

  it('have a distance whose gradient is that of finite differences, whatever the widths', () => {
    const theirs = normalSamples(random, n * 7 * h * w)
    const wanted = slowAttention(theirs, 7)
    const distance = (x: Float32Array) =>
      slowAttention(x, c).reduce((sum, value, i) => sum + (value - wanted[i]!) ** 2, 0) / n
    const x: Variable = tidy(() => variable(tensor(values, [n, c, h, w])))
    const { value, grads } = variableGrads(
      () => attentionDistance([attention(asInOnnx(x))], [attention(asInOnnx(tensor(theirs, [n, 7, h, w])))]),
      [x],
    )
    expect(value.dataSync()[0]).toBeCloseTo(distance(values), 5)
    const gradient = grads[x.name]!.dataSync()
    for (const i of [0, 17, 42, 60, 101]) {
      const step = 1e-2
      const [more, less] = [values.with(i, values[i]! + step), values.with(i, values[i]! - step)]
      expect(gradient[i]).toBeCloseTo((distance(more) - distance(less)) / (2 * step), 3)
    }
    x.dispose()
  })

  it('of a dead layer are zero, and so is their gradient', () => {
    const x = tidy(() => variable(tensor(new Float32Array(n * c * h * w), [n, c, h, w])))
    const wanted = attention(asInOnnx(tensor(values, [n, c, h, w])))
    const { grads } = variableGrads(() => attentionDistance([attention(asInOnnx(x))], [wanted]), [x])
    expect(grads[x.name]!.dataSync().every(g => g === 0)).toBe(true)
    x.dispose()
  })
})

describe('maps that a student and a teacher share', () => {
  const graph = loadModel('resnet14')
  const { groups } = channelGroups(graph)
  const kept = new Map(
    groups.map(({ name, size }) => [
      name,
      permutation(size, random)
        .slice(0, size / 2)
        .sort(),
    ]),
  )

  it('are the last of each size, whatever the widths', () => {
    const maps = sharedMaps(sliceGraph(graph, groups, kept), graph, [1, 28, 28])
    const makers = maps.map(name => graph.nodes.find(({ outputs }) => outputs[0] === name)!)
    expect(makers.map(({ op }) => op)).toEqual(['Relu', 'Relu', 'Relu'])
    // Nothing after the last but the pooling to one place and the classifier.
    expect(graph.nodes.indexOf(makers.at(-1)!)).toBeGreaterThan(graph.nodes.length - 6)
  })

  it('are none where names differ, and none that another operator makes', () => {
    const net = smallNet(1)
    expect(sharedMaps(net, net, [1, 6, 6])).toEqual(['relu1_out', 'relu2_out'])
    const rename = (name: string) => (name === 'relu1_out' ? 'other' : name)
    const nodes = net.nodes.map(node => ({
      ...node,
      op: node.id === 'relu2' ? 'Sigmoid' : node.op,
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
    }))
    expect(sharedMaps(net, { ...net, nodes }, [1, 6, 6])).toEqual([])
  })

  it('are none that a node makes of a constant', () => {
    const net = smallNet(1)
    const copy = {
      id: 'copy',
      op: 'Identity',
      domain: '',
      inputs: ['constant'],
      outputs: ['map'],
      attributes: {},
    }
    const both = {
      ...net,
      nodes: [...net.nodes, copy],
      initializers: new Map(net.initializers).set('constant', floatTensor([1, 1, 2, 2], [1, 2, 3, 4])),
    }
    expect(sharedMaps(both, both, [1, 6, 6])).toEqual(['relu1_out', 'relu2_out'])
  })
})
