import { expect, it } from 'vitest'
import { floatTensor } from '../../src/graph/tensor.js'
import type { Graph } from '../../src/graph/types.js'
import { randomStream } from '../../src/random.js'
import { decays, rolesOf } from '../../src/train/roles.js'
import { loadModel } from '../fixtures/models.js'
import { normalSamples } from '../fixtures/run.js'

const random = randomStream(3, 0, 'roles')
const constant = (shape: readonly number[]) =>
  floatTensor(
    shape,
    normalSamples(
      random,
      shape.reduce((a, b) => a * b, 1),
    ),
  )

type Line = readonly [
  op: string,
  inputs: readonly string[],
  attributes?: Graph['nodes'][number]['attributes'],
]

/** A chain of operators; only what they read matters here. */
function chain(lines: readonly Line[], constants: Readonly<Record<string, readonly number[]>>): Graph {
  return {
    name: 'chain',
    irVersion: 8,
    opset: 18,
    otherOpsets: {},
    metadata: {},
    nodes: lines.map(([op, inputs, attributes = {}], i) => ({
      id: `${i}`,
      op,
      domain: '',
      inputs: [i === 0 ? 'x' : `v${i - 1}`, ...inputs],
      outputs: [`v${i}`],
      attributes,
    })),
    initializers: new Map(Object.entries(constants).map(([name, shape]) => [name, constant(shape)])),
    inputs: [{ name: 'x', dtype: 'float32', shape: ['n', 4, 8, 8] }],
    outputs: [{ name: `v${lines.length - 1}`, dtype: 'float32', shape: ['n', 3] }],
  }
}

const int = (value: number) => ({ kind: 'int', value }) as const

const graph = chain(
  [
    ['Conv', ['filter', 'filter bias']],
    ['BatchNormalization', ['bn scale', 'bn shift', 'bn mean', 'bn variance']],
    ['PRelu', ['slope']],
    ['Conv', ['depthwise'], { group: int(6) }],
    ['ConvTranspose', ['transposed', 'transposed bias']],
    ['Mul', ['layer scale']],
    ['Add', ['positions']],
    ['MatMul', ['matrix']],
    ['LayerNormalization', ['ln scale', 'ln shift']],
    ['MatMul', ['vector']],
    ['Gemm', ['dense', 'dense bias'], { transB: int(1) }],
    ['Gemm', ['dense as it stands']],
    ['Einsum', ['heads'], { equation: { kind: 'string', value: 'nte,ehd->nthd' } }],
    ['LSTM', ['lstm w', 'lstm r', 'lstm b']],
    ['Concat', ['class token']],
  ],
  {
    filter: [6, 4, 3, 3],
    'filter bias': [6],
    'bn scale': [6],
    'bn shift': [6],
    'bn mean': [6],
    'bn variance': [6],
    slope: [6, 1, 1],
    depthwise: [6, 1, 3, 3],
    transposed: [6, 5, 2, 2],
    'transposed bias': [5],
    'layer scale': [5, 1, 1],
    positions: [1, 5, 8, 8],
    matrix: [8, 7],
    'ln scale': [7],
    'ln shift': [7],
    vector: [7],
    dense: [3, 9],
    'dense bias': [3],
    'dense as it stands': [3, 11],
    heads: [11, 2, 4],
    'lstm w': [1, 20, 4],
    'lstm r': [1, 20, 5],
    'lstm b': [1, 40],
    'class token': [1, 1, 5],
  },
)

it('tells what parameters are by who reads them, not by their rank', () => {
  expect(Object.fromEntries(rolesOf(graph))).toEqual({
    filter: { kind: 'weight', fanIn: 36 },
    'filter bias': { kind: 'bias', fanIn: 36 },
    'bn scale': { kind: 'scale' },
    'bn shift': { kind: 'shift' },
    slope: { kind: 'slope' },
    depthwise: { kind: 'weight', fanIn: 9 },
    transposed: { kind: 'weight', fanIn: 20 },
    'transposed bias': { kind: 'bias', fanIn: 20 },
    'layer scale': { kind: 'scale' },
    positions: { kind: 'shift' },
    matrix: { kind: 'weight', fanIn: 8 },
    'ln scale': { kind: 'scale' },
    'ln shift': { kind: 'shift' },
    vector: { kind: 'weight', fanIn: 7 },
    dense: { kind: 'weight', fanIn: 9 },
    'dense bias': { kind: 'bias', fanIn: 9 },
    'dense as it stands': { kind: 'weight', fanIn: 3 },
    heads: { kind: 'weight', fanIn: 11 },
    'lstm w': { kind: 'weight', fanIn: 5 },
    'lstm r': { kind: 'weight', fanIn: 5 },
    'lstm b': { kind: 'bias', fanIn: 5 },
    'class token': { kind: 'token' },
  })
})

it('lets decay pull at what multiplies as a matrix, and at nothing else', () => {
  const pulled = [...rolesOf(graph)].filter(([, role]) => decays(role)).map(([name]) => name)
  expect(pulled).toEqual(
    ['filter', 'depthwise', 'transposed', 'matrix', 'vector', 'dense', 'dense as it stands', 'heads'].concat(
      'lstm w',
      'lstm r',
    ),
  )
  const exported = [...rolesOf(loadModel('mobilenetv1'))]
  expect(exported.filter(([, role]) => decays(role)).length).toBe(exported.length / 2)
})
