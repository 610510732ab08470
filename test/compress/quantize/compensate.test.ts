import { describe, expect, it } from 'vitest'
import type { Moments } from '../../../src/compress/moments.js'
import { compensate } from '../../../src/compress/quantize/compensate.js'
import { insertQuantizers } from '../../../src/compress/quantize/insert.js'
import { uniformPlan } from '../../../src/compress/quantize/plan.js'
import { fakeQuantizeOf, quantizedIntegers } from '../../../src/graph/fake-quantize.js'
import { floats, floatTensor } from '../../../src/graph/tensor.js'
import type { Graph } from '../../../src/graph/types.js'
import { randomStream } from '../../../src/random.js'

const [rows, columns] = [6, 12]

/** One dense layer of random weights, as Gemm has them: outputs first, or inputs first. */
function denseOf(transB: boolean): Graph {
  const random = randomStream(7, 0, 'weights')
  const matrix = Float32Array.from({ length: rows * columns }, () => random.uniform() * 2 - 1)
  const turned = Float32Array.from(
    { length: rows * columns },
    (_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)]!,
  )
  return {
    name: 'g',
    irVersion: 8,
    opset: 18,
    otherOpsets: {},
    nodes: [
      {
        id: 'dense',
        op: 'Gemm',
        domain: '',
        inputs: ['x', 'w'],
        outputs: ['y'],
        attributes: { transB: { kind: 'int', value: transB ? 1 : 0 } },
      },
    ],
    initializers: new Map([
      ['w', transB ? floatTensor([rows, columns], matrix) : floatTensor([columns, rows], turned)],
    ]),
    inputs: [{ name: 'x', dtype: 'float32', shape: ['n', columns] }],
    outputs: [{ name: 'y', dtype: 'float32', shape: ['n', rows] }],
    metadata: {},
  }
}

/** Second moments of inputs that are mixtures of few others, or of inputs that have nothing to do with each other. */
function momentsOf(mixed: boolean): Moments {
  const random = randomStream(8, 0, 'inputs')
  const sources = 4
  const mix = Float64Array.from({ length: columns * sources }, () => random.uniform() * 2 - 1)
  const second = new Float64Array(columns * columns)
  for (let i = 0; i < columns; i++)
    for (let j = 0; j < columns; j++) {
      let sum = i === j ? 0.05 : 0
      for (let s = 0; s < sources && mixed; s++) sum += mix[i * sources + s]! * mix[j * sources + s]!
      second[i * columns + j] = sum
    }
  return { node: 'dense', columns, rows: 100, mean: new Float64Array(columns), second }
}

function quantizedAt(graph: Graph, bits: number): Graph {
  const plan = uniformPlan(graph, { weight: bits, activation: null })
  return insertQuantizers(graph, plan, { histograms: new Map(), ranges: 'minmax', per: 'channel' })
}

/** Weights as the quantiser leaves them, [rows, columns]. */
function roundedIn(graph: Graph, transB: boolean): number[] {
  const q = graph.nodes.map(fakeQuantizeOf).find(found => found !== undefined)!
  const scales = floats(graph.initializers.get(q.scale)!)
  const integers = quantizedIntegers(graph, q)
  return Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns]
    return integers[transB ? i : column * rows + row]! * scales[row]!
  })
}

/** Energy of the outputs that is lost, the slow way. */
function lost(weights: ArrayLike<number>, rounded: readonly number[], { second }: Moments): number {
  let sum = 0
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < columns; i++)
      for (let j = 0; j < columns; j++) {
        const at = (c: number) => rounded[row * columns + c]! - weights[row * columns + c]!
        sum += at(i) * at(j) * second[i * columns + j]!
      }
  return sum
}

describe.each([true, false])('a dense layer, outputs first: %s', transB => {
  const graph = denseOf(transB)
  const weights = floats(denseOf(true).initializers.get('w')!)

  it.each([2, 3, 4])('loses much less of what it makes of related inputs, at %i bits', bits => {
    const moments = momentsOf(true)
    const quantized = quantizedAt(graph, bits)
    const nearest = lost(weights, roundedIn(quantized, transB), moments)
    const made = lost(weights, roundedIn(compensate(quantized, graph, [moments]), transB), moments)
    expect(made).toBeLessThan(nearest * 0.6)
  })

  it('is rounded to the nearest where inputs have nothing to do with each other', () => {
    const quantized = quantizedAt(graph, 3)
    const made = compensate(quantized, graph, [momentsOf(false)])
    expect(roundedIn(made, transB)).toEqual(roundedIn(quantized, transB))
  })

  it('is left as it is where nothing is known of its inputs', () => {
    const quantized = quantizedAt(graph, 3)
    expect(compensate(quantized, graph, []).initializers).toEqual(quantized.initializers)
    const others = { ...momentsOf(true), columns: columns - 1 }
    expect(compensate(quantized, graph, [others]).initializers).toEqual(quantized.initializers)
  })

  it('stands inputs that were always zero', () => {
    const none = { ...momentsOf(true), second: new Float64Array(columns * columns) }
    const made = compensate(quantizedAt(graph, 3), graph, [none])
    expect(floats(made.initializers.get('w')!).every(Number.isFinite)).toBe(true)
  })
})
