import { describe, expect, it } from 'vitest'
import { lamp, magnitudeMasks } from '../../../src/compress/sparsity/magnitude.js'
import { patternMasks } from '../../../src/compress/sparsity/pattern.js'
import { parseSparsity } from '../../../src/compress/sparsity/sparsity.js'
import type { Graph, Tensor } from '../../../src/graph/types.js'
import { randomStream } from '../../../src/random.js'
import { cpuTime } from '../../fixtures/cpu.js'
import { loadModel } from '../../fixtures/models.js'

/** A graph of nothing but weights. */
function weightsOnly(weights: Readonly<Record<string, Tensor>>): Graph {
  return { ...loadModel('lenet300'), nodes: [], initializers: new Map(Object.entries(weights)) }
}

function normal(seed: number, shape: readonly number[], scale = 1): Tensor {
  const random = randomStream(seed, 0, 'weights')
  const length = shape.reduce((product, size) => product * size, 1)
  return { dtype: 'float32', shape, data: Float32Array.from({ length }, () => scale * random.normal()) }
}

describe('LAMP scores', () => {
  it('are a square over the squares of those that are no smaller', () => {
    const sorted = [0, 1, 2, 3, 4, 5]
    const slow = sorted.map(w => w ** 2 / sorted.filter(o => o >= w).reduce((s, o) => s + o ** 2, 0))
    const found = lamp(Float32Array.from(sorted))
    slow.forEach((score, i) => {
      expect(found[i]).toBeCloseTo(score, 12)
    })
  })

  it('of nothing but zeros are zero', () => {
    expect([...lamp(new Float32Array(3))]).toEqual([0, 0, 0])
  })
})

describe('masks by magnitude', () => {
  it.each([0.1, 0.5, 0.9, 0.999])('leave a share of %d zero, the smallest of each layer', share => {
    // The second layer's weights are a hundred times smaller: what counts is what they are in their layer.
    const graph = weightsOnly({ a: normal(1, [20, 30]), b: normal(2, [40, 10], 0.01) })
    const masks = magnitudeMasks(graph, ['a', 'b'], share)
    const zeros = [...masks.values()].flatMap(mask => [...mask]).filter(kept => kept === 0).length
    expect(zeros).toBe(Math.min(Math.round(share * 1000), 998))
    for (const [name, mask] of masks) {
      const values = [...(graph.initializers.get(name)!.data as Float32Array)].map(Math.abs)
      const kept = values.filter((_, i) => mask[i] === 1)
      const gone = values.filter((_, i) => mask[i] === 0)
      expect(kept.length).toBeGreaterThan(0)
      expect(Math.min(...kept)).toBeGreaterThanOrEqual(Math.max(0, ...gone))
    }
  })

  it('only ever take more where weights that are gone are zero', () => {
    const graph = weightsOnly({ a: normal(3, [50, 20]), b: normal(4, [30, 30]) })
    const first = magnitudeMasks(graph, ['a', 'b'], 0.4)
    const masked = [...first].map(([name, mask]): [string, Tensor] => {
      const { data, ...rest } = graph.initializers.get(name)!
      return [
        name,
        { ...rest, dtype: 'float32', data: Float32Array.from(data as Float32Array, (w, i) => w * mask[i]!) },
      ]
    })
    const second = magnitudeMasks(weightsOnly(Object.fromEntries(masked)), ['a', 'b'], 0.7)
    for (const [name, mask] of second)
      for (const [i, kept] of mask.entries()) expect(kept).toBeLessThanOrEqual(first.get(name)![i]!)
  })
})

describe('masks by magnitude of weights that are equal', () => {
  /** Few different magnitudes, zeros of both signs among them, in layers that are alike. */
  const coarse = (seed: number): Tensor => {
    const { shape, data } = normal(seed, [12, 25])
    return {
      dtype: 'float32',
      shape,
      data: Float32Array.from(data as Float32Array, w => Math.trunc(w * 2) / 2),
    }
  }
  const same = coarse(7)
  const graph = weightsOnly({
    a: same,
    b: same,
    c: coarse(8),
    zeros: { ...same, data: new Float32Array(300) },
  })
  const names = ['a', 'b', 'c', 'zeros']

  it.each([0.001, 0.05, 0.3, 0.5, 0.77, 0.99])('have exactly a share of %d, the same each time', share => {
    const masks = magnitudeMasks(graph, names, share)
    const gone = [...masks.values()].map(mask => mask.filter(kept => kept === 0).length)
    expect(gone.reduce((sum, count) => sum + count)).toBe(Math.round(share * 1200))
    expect(magnitudeMasks(graph, names, share)).toEqual(masks)
    for (const name of names.slice(0, 3)) {
      const values = [...(graph.initializers.get(name)!.data as Float32Array)].map(Math.abs)
      const largestGone = Math.max(0, ...values.filter((_, i) => masks.get(name)![i] === 0))
      const smallestKept = Math.min(...values.filter((_, i) => masks.get(name)![i] === 1))
      expect(smallestKept).toBeGreaterThanOrEqual(largestGone)
    }
  })
})

it('masks by magnitude take little more time than to sort the weights twice', () => {
  const graph = weightsOnly({ a: normal(9, [500, 500]), b: normal(10, [500, 500]) })
  const all = Float64Array.from(
    [...graph.initializers.values()].flatMap(({ data }) => [...(data as Float32Array)]),
  )
  const sorting = cpuTime(() => all.toSorted())
  expect(cpuTime(() => magnitudeMasks(graph, ['a', 'b'], 0.5)) / sorting).toBeLessThan(5)
})

describe('masks by a pattern', () => {
  it.each([
    [[8, 12, 3, 3], 1],
    [[16, 10], 0],
    [[10, 16], 1],
  ])('of weights %j along axis %d keep the largest of every few neighbours', (shape, axis) => {
    const graph = weightsOnly({ w: normal(5, shape) })
    const mask = patternMasks(graph, [{ name: 'w', axis }], { keep: 2, of: 4 }).get('w')!
    const values = graph.initializers.get('w')!.data as Float32Array
    const strides = shape.map((_, i) => shape.slice(i + 1).reduce((product, size) => product * size, 1))
    const place = (index: number) => shape.map((size, i) => Math.floor(index / strides[i]!) % size)
    const rows = new Map<string, number[]>()
    for (const index of values.keys()) {
      const row = place(index).map((at, i) => (i === axis ? Math.floor(at / 4) : at))
      rows.set(row.join(), [...(rows.get(row.join()) ?? []), index])
    }
    expect(rows.size).toBe(values.length / 4)
    for (const row of rows.values()) {
      const sorted = row.toSorted((a, b) => Math.abs(values[b]!) - Math.abs(values[a]!))
      expect(sorted.map(index => mask[index])).toEqual([1, 1, 0, 0])
    }
  })

  it('leave a weight alone whose inputs are no multiple', () => {
    const graph = weightsOnly({ w: normal(6, [4, 6]) })
    expect(patternMasks(graph, [{ name: 'w', axis: 1 }], { keep: 2, of: 4 }).size).toBe(0)
  })
})

describe('a sparsity in words', () => {
  it.each([
    ['0.8', { kind: 'share', share: 0.8 }],
    ['.5', { kind: 'share', share: 0.5 }],
    ['80%', { kind: 'share', share: 0.8 }],
    ['2:4', { kind: 'pattern', keep: 2, of: 4 }],
    ['1', null],
    ['0', null],
    ['4:2', null],
    ['0:4', null],
    ['2:65', null],
    ['much', null],
    ['-0.5', null],
  ])('%s', (text, expected) => {
    expect(parseSparsity(text)).toEqual(expected)
  })
})
