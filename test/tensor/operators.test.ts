import { beforeAll, describe, expect, it } from 'vitest'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import { understood } from '../../src/graph/ops/registry.js'
import { elementCount, floatTensor } from '../../src/graph/tensor.js'
import type { Graph, Node } from '../../src/graph/types.js'
import { randomStream } from '../../src/random.js'
import { createExecutor, type Executor } from '../../src/tensor/executor.js'
import { operatorOf } from '../../src/tensor/ops/registry.js'
import {
  mul,
  type Scalar,
  sum,
  type Tensor,
  tensor,
  tidy,
  type Variable,
  variableGrads,
} from '../../src/tensor/tf.js'
import { initTested } from '../fixtures/backend.js'
import { normalSamples } from '../fixtures/run.js'
import { outputsOf, relativeDifference } from '../fixtures/twin.js'
import { constant, graphOf, integers, type Step } from './graph-of.js'
import type { Case } from './operator-cases/case.js'
import { elementwise } from './operator-cases/elementwise.js'
import { recurrent } from './operator-cases/recurrent.js'
import { shapes } from './operator-cases/shapes.js'
import { windows } from './operator-cases/windows.js'

beforeAll(async () => {
  await initTested()
})

const random = randomStream(22, 0, 'operators')

/** Layers to train in front of what is tested, so that its value depends on them: one makes a map, one does not. */
const layers: Readonly<Record<string, (sample: readonly number[]) => Step | undefined>> = {
  'on its own': () => undefined,
  'behind a product': sample => ({
    op: 'MatMul',
    constants: [scaled(sample.at(-1)!, [sample.at(-1)!, sample.at(-1)!])],
  }),
  'behind a convolution': sample =>
    sample.length === 3 || sample.length === 2
      ? {
          op: 'Conv',
          constants: [scaled(sample[0]!, [sample[0]!, sample[0]!, ...sample.slice(1).map(() => 1)])],
        }
      : undefined,
}

/** A weight that makes values about as large as those it reads. */
function scaled(fanIn: number, shape: readonly number[]) {
  const { data } = constant(random, ...shape)
  return floatTensor(
    shape,
    Float32Array.from({ length: data.length }, (_, i) => Number(data[i]) / Math.sqrt(fanIn)),
  )
}

const cases = [...elementwise, ...windows, ...shapes, ...recurrent].flatMap(given =>
  Object.entries(layers).flatMap(([where, layer]) => {
    const first = layer(given.sample)
    if (first === undefined && where !== 'on its own') return []
    return [{ ...given, where, steps: first === undefined ? given.steps : [first, ...given.steps] }]
  }),
)

function graphWith({ sample, steps, opset }: Case): { readonly graph: Graph; readonly x: () => Tensor } {
  const shape = [2, ...sample]
  const data = normalSamples(random, elementCount(shape))
  return { graph: graphOf(sample, steps, opset), x: () => tensor(data, shape) }
}

/** What the executor makes of samples, as ONNX Runtime's sessions give it. */
function outputOf(executor: Executor, graph: Graph, x: () => Tensor) {
  return tidy(() => {
    const y = executor.run(x())
    return { [graph.outputs[0]!.name]: { shape: y.shape, data: Float32Array.from(y.dataSync()) } }
  })
}

describe.each(cases)('$name, $where', given => {
  const { graph, x } = graphWith(given)

  it('computes what ONNX Runtime computes, and gives its constants back', async () => {
    const executor = createExecutor(graph)
    const found = outputOf(executor, graph, x)
    expect(executor.parameters.toGraph().initializers).toEqual(graph.initializers)
    executor.parameters.dispose()
    const input = tidy(() => ({ data: x().dataSync<'float32'>().slice(), shape: x().shape }))
    const expected = await outputsOf(writeOnnx(graph), { x: input })
    expect(relativeDifference(found, expected)).toBeLessThan(1e-4)
  })

  it.skipIf(given.jumps)('has the gradients of finite differences in what it trains', () => {
    const executor = createExecutor(graph)
    for (const [name, v] of executor.parameters.trainable())
      expect(slopeError(executor, x, v), name).toBeLessThan(1e-2)
    executor.parameters.dispose()
  })
})

const STEP = 1e-3
const ATTEMPTS = 4

/**
 * How far the slope of sum(w y) along a random direction is from the gradient's, relative to the gradient's length, at the
 * best of several points: at one of them a kink may lie near. Differences are summed in double precision.
 */
function slopeError(executor: Executor, x: () => Tensor, v: Variable): number {
  const weigh = (i: number) => Math.sin(i + 1)
  const loss = () => {
    const y = executor.run(x())
    return sum(
      mul(
        y,
        tensor(
          Float32Array.from({ length: y.size }, (_, i) => weigh(i)),
          y.shape,
        ),
      ),
    ) as Scalar
  }
  const start = v.dataSync<'float32'>().slice()
  const moved = (from: Float32Array, by: number, direction: Float32Array) => {
    tidy(() =>
      v.assign(
        tensor(
          from.map((value, i) => value + by * direction[i]!),
          v.shape,
        ),
      ),
    )
    return v.dataSync<'float32'>().slice()
  }
  const valueAt = (from: Float32Array, by: number, direction: Float32Array) => {
    moved(from, by, direction)
    const y = tidy(() => executor.run(x()).dataSync<'float32'>().slice())
    return y.reduce((total, element, i) => total + element * weigh(i), 0)
  }
  const errors = Array.from({ length: ATTEMPTS }, () => {
    const point = moved(start, 0.1, normalSamples(random, start.length))
    const direction = normalSamples(random, start.length)
    const gradient = tidy(() => variableGrads(loss, [v]).grads[v.name]!.dataSync<'float32'>().slice())
    const slope = (valueAt(point, STEP, direction) - valueAt(point, -STEP, direction)) / (2 * STEP)
    const expected = gradient.reduce((total, g, i) => total + g * direction[i]!, 0)
    return Math.abs(slope - expected) / Math.max(1, Math.hypot(...gradient))
  })
  moved(start, 0, start)
  return Math.min(...errors)
}

it('every operator that the graph understands is computed, and tested', () => {
  const tested = new Set(cases.flatMap(({ steps }) => steps.map(({ op }) => op)))
  const node = (op: string): Node => ({ id: op, op, domain: '', inputs: [], outputs: [], attributes: {} })
  expect([...understood].filter(op => operatorOf(node(op)) === undefined)).toEqual([])
  expect([...understood].filter(op => !tested.has(op))).toEqual([])
})

describe('what cannot be trained is named', () => {
  const refused: Record<string, readonly [Graph, RegExp]> = {
    'an unknown operator': [graphOf([4], [{ op: 'Trilu' }]), /node0: operator Trilu/],
    'a batch size in a Reshape': [
      graphOf([4], [{ op: 'Reshape', constants: [integers(1, 4)] }]),
      /node0 \(Reshape\).*batch size/,
    ],
    'parameters that do not fit': [
      graphOf(
        [4, 2, 2],
        [{ op: 'InstanceNormalization', constants: [constant(random, 3), constant(random, 3)] }],
      ),
      /node0 \(InstanceNormalization\)/,
    ],
    'an activation that nobody knows': [
      graphOf(
        [4, 3],
        [
          {
            op: 'RNN',
            constants: [constant(random, 1, 2, 3), constant(random, 1, 2, 2)],
            attributes: { activations: ['constructor'] },
          },
        ],
      ),
      /node0 \(RNN\): a recurrent layer with constructor/,
    ],
    'three spatial axes': [
      graphOf([1, 2, 2, 2], [{ op: 'Conv', constants: [constant(random, 1, 1, 1, 1, 1)] }]),
      /node0 \(Conv\): a map of 3 spatial axes/,
    ],
  }

  it.each(Object.entries(refused))('%s', (_, [graph, message]) => {
    const run = () => {
      const executor = createExecutor(graph)
      const shape = [2, ...graph.inputs[0]!.shape.slice(1).map(Number)]
      tidy(() => executor.run(tensor(new Float32Array(elementCount(shape)), shape)))
    }
    expect(run).toThrow(message)
  })
})
