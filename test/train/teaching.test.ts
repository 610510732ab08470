import { beforeAll, describe, expect, it } from 'vitest'
import { elementCount, floatTensor } from '../../src/graph/tensor.js'
import type { Graph } from '../../src/graph/types.js'
import { randomStream } from '../../src/random.js'
import { memory } from '../../src/tensor/tf.js'
import { Batches } from '../../src/train/batches.js'
import { finetune } from '../../src/train/finetune.js'
import { createLearner, type Learner } from '../../src/train/learner.js'
import { type FineTuneOptions, fineTuneDefaults } from '../../src/train/options.js'
import { trainStep } from '../../src/train/step.js'
import { disposeTeaching, TeacherError, type Teaching, teachingOf } from '../../src/train/teaching.js'
import { initTested, tested } from '../fixtures/backend.js'
import { maxDifference, normalSamples, runGraph } from '../fixtures/run.js'
import { smallData, smallNet } from '../fixtures/small-net.js'

beforeAll(async () => {
  await initTested()
})

const rows = 16
const { train, sampleShape, classes } = smallData(rows)
const [graph, teacher] = [smallNet(1), smallNet(2)]
const data = { ...train, sampleShape, classes, graph }
const options = {
  ...fineTuneDefaults,
  ...{ epochs: 1, batchSize: rows, learningRate: 0.01, seed: 1, backend: tested, batchNorm: false },
}
const pace = { rate: 0.01, momentum: 0.9 }
const inOrder = Int32Array.from({ length: rows }, (_, i) => i)

const logitsOf = (of: Graph, samples: Float32Array) => runGraph(of, samples, [rows, ...sampleShape])

/** One step of the student taught so: its loss, its parameters and the teacher's afterwards. */
function stepOf(
  given: { readonly teacher?: Graph; readonly teacherLogits: Float32Array | null; readonly graph?: Graph },
  changed: Pick<FineTuneOptions, 'distill' | 'augment'>,
) {
  const before = memory().numTensors
  const input = { ...data, ...given }
  const all = { ...options, ...changed }
  const student = createLearner(input.graph, input, all)
  const teaching = teachingOf(input, all)
  const batch = new Batches(input, all).take(inOrder, 0, randomStream(1, 0, 'augment'))
  const { loss } = trainStep(student, teaching, batch, all, pace)
  const result = { loss, batch, teaching, student: numbers(student), peer: peerOf(teaching) }
  student.dispose()
  disposeTeaching(teaching)
  expect(memory().numTensors).toBe(before)
  return result
}

const numbers = ({ variables }: Learner) =>
  Float32Array.from(variables.flatMap(v => [...v.dataSync<'float32'>()]))
const peerOf = (teaching: Teaching) =>
  teaching.kind === 'mutual' ? numbers(teaching.peer) : new Float32Array()

describe('teaching', () => {
  it('by a teacher that runs is that by its stored logits', async () => {
    const teacherLogits = await logitsOf(teacher, train.samples)
    const stored = stepOf({ teacher, teacherLogits }, { distill: 'soft', augment: [] })
    const live = stepOf({ teacher, teacherLogits: null }, { distill: 'soft', augment: [] })
    expect([stored.teaching.kind, live.teaching.kind]).toEqual(['stored', 'live'])
    expect(live.loss).toBeCloseTo(stored.loss, 5)
    expect(maxDifference(live.student, stored.student)).toBeLessThan(1e-5)
  })

  it('of augmented samples is what the teacher says of them, not of the originals', async () => {
    const teacherLogits = await logitsOf(teacher, train.samples)
    const live = stepOf({ teacher, teacherLogits }, { distill: 'soft', augment: ['flip', 'crop'] })
    const { samples } = live.batch
    expect(maxDifference(samples, train.samples)).toBeGreaterThan(0.1)
    const student = createLearner(graph, data, options)
    const { loss } = trainStep(
      student,
      { kind: 'stored' },
      new Batches({ ...data, samples, teacherLogits: await logitsOf(teacher, samples) }, options).take(
        inOrder,
        0,
        randomStream(1, 0, 'none'),
      ),
      options,
      pace,
    )
    student.dispose()
    expect(live.loss).toBeCloseTo(loss, 5)
  })

  it('needs the teacher itself for what logits do not tell', () => {
    const teacherLogits = new Float32Array(rows * classes)
    for (const asked of [{ augment: ['flip'] }, { distill: 'hints' }, { distill: 'mutual' }] as const)
      expect(() => teachingOf({ ...data, teacherLogits }, { ...options, ...asked })).toThrow(/teacher itself/)
  })

  it('by attention maps counts their distance, which to a twin is none', () => {
    const taught = { teacher, teacherLogits: null }
    const soft = stepOf(taught, { distill: 'soft', augment: [] })
    const hints = stepOf(taught, { distill: 'hints', augment: [] })
    expect(hints.teaching).toMatchObject({ maps: ['relu1_out', 'relu2_out'] })
    expect(hints.loss).toBeGreaterThan(soft.loss)
    const twin = { teacher: graph, teacherLogits: null }
    const own = stepOf(twin, { distill: 'hints', augment: [] })
    expect(own.loss).toBeCloseTo(stepOf(twin, { distill: 'soft', augment: [] }).loss, 5)
  })

  it('refuses a teacher whose maps have nothing in common with the model', () => {
    const alone = {
      ...teacher,
      nodes: teacher.nodes.map(node => ({ ...node, op: node.op.replace('Relu', 'Tanh') })),
    }
    expect(() =>
      teachingOf({ ...data, teacher: alone, teacherLogits: null }, { ...options, distill: 'hints' }),
    ).toThrow('no inner map has the name')
  })

  it('refuses a teacher that cannot be trained', () => {
    const odd = {
      ...teacher,
      nodes: teacher.nodes.map(node => ({ ...node, op: node.op.replace('Relu', 'Odd') })),
    }
    expect(() =>
      teachingOf({ ...data, teacher: odd, teacherLogits: null }, { ...options, distill: 'mutual' }),
    ).toThrow(new TeacherError('node relu1: operator Odd cannot be trained'))
  })

  it('one another is to learn from the other as it stands, both ways', () => {
    const mutual = stepOf({ teacher, teacherLogits: null }, { distill: 'mutual', augment: [] })
    const student = stepOf({ teacher, teacherLogits: null }, { distill: 'soft', augment: [] })
    const peer = stepOf(
      { graph: teacher, teacher: graph, teacherLogits: null },
      { distill: 'soft', augment: [] },
    )
    expect(mutual.loss).toBeCloseTo(student.loss, 5)
    expect(maxDifference(mutual.student, student.student)).toBeLessThan(1e-5)
    expect(maxDifference(mutual.peer, peer.student)).toBeLessThan(1e-5)
  })
})

describe('of two that learn from each other', () => {
  const all = { ...options, distill: 'mutual' } as const
  const batch = new Batches({ ...data, teacherLogits: null }, all).take(inOrder, 0, randomStream(1, 0, 'any'))

  /** The net with its last weight changed. */
  const changed = (of: Graph, change: (weight: number) => number): Graph => {
    const { shape, data: weights } = of.initializers.get('w3')!
    const last = floatTensor(shape, Float32Array.from(weights as Float32Array, change))
    return { ...of, initializers: new Map(of.initializers).set('w3', last) }
  }
  const nan = (of: Graph) => changed(of, () => Number.NaN)
  // Logits that are finite, whose loss's gradient to what lies before them is not.
  const steep = (of: Graph) => changed(of, w => w * 1e25)

  it.each([
    ['student', 'its loss', nan(graph), teacher],
    ['teacher', 'its loss', graph, nan(teacher)],
    ['student', 'its gradient', steep(graph), teacher],
    ['teacher', 'its gradient', graph, steep(teacher)],
  ] as const)('the %s is named where %s is no number, and neither moves', (network, what, own, other) => {
    const student = createLearner(own, data, all)
    const peer = createLearner(other, data, all)
    const before = [numbers(student), numbers(peer)]
    const result = trainStep(student, { kind: 'mutual', peer }, batch, all, pace)
    expect(result.network).toBe(network)
    expect(Number.isFinite(result.loss)).toBe(what === 'its gradient')
    expect(result.gradientNorm).not.toSatisfy(Number.isFinite)
    expect([numbers(student), numbers(peer)]).toEqual(before)
    student.dispose()
    peer.dispose()
  })

  it('the line says whose loss it is', async () => {
    const run = finetune(
      { ...data, teacher: nan(teacher), teacherLogits: null, validate: async () => 0 },
      all,
      () => {},
    )
    await expect(run).rejects.toThrow(
      "the teacher's loss is NaN at step 1 of 1, first in the output of node third (Gemm)",
    )
  })

  it('the teacher keeps its scales', () => {
    const [student, plain] = [0.5, 0].map(scaleL1 => {
      const normed = { ...all, batchNorm: true, scaleL1 }
      const teaching = teachingOf({ ...data, teacher, teacherLogits: null }, normed)
      const learner = createLearner(graph, data, normed)
      trainStep(learner, teaching, batch, normed, pace)
      const result = { own: numbers(learner), peer: peerOf(teaching) }
      learner.dispose()
      disposeTeaching(teaching)
      return result
    })
    expect(student!.peer).toEqual(plain!.peer)
    expect(student!.own).not.toEqual(plain!.own)
  })
})

describe('whole fine-tuning', () => {
  const input = (accuracies: readonly number[]) => {
    let judged = 0
    return { ...data, teacher, teacherLogits: null, validate: async () => accuracies[judged++] ?? 0 }
  }

  it.each(['none', 'soft', 'hints', 'mutual'] as const)(
    'with %s is the same twice and leaves no tensor behind, batch norm put back and samples augmented',
    async distill => {
      const before = memory().numTensors
      const tune = () =>
        finetune(
          input([0, 1]),
          { ...options, distill, batchNorm: true, augment: ['flip', 'crop'], schedule: 'one-cycle' },
          () => {},
        )
      const tuned = await tune()
      expect(memory().numTensors).toBe(before)
      expect(await tune()).toEqual(tuned)
      const samples = normalSamples(randomStream(1, 0, 'probe'), rows * elementCount(sampleShape))
      const change = maxDifference(await logitsOf(tuned.graph, samples), await logitsOf(graph, samples))
      expect(change).toBeGreaterThan(1e-4)
    },
  )

  it('goes by the classes of the model where the data show fewer', async () => {
    const teacherLogits = await logitsOf(teacher, train.samples)
    const labels = train.labels.map(label => label % 2)
    const tune = (count: number) =>
      finetune({ ...input([0, 1]), labels, classes: count, teacherLogits }, options, () => {})
    expect(await tune(2)).toEqual(await tune(classes))
  })

  it('ends when its patience does, and keeps the best epoch', async () => {
    const epochs: number[] = []
    const tuned = await finetune(
      { ...input([0.1, 0.3, 0.5, 0.4, 0.5, 0.9]), onJudged: ({ epoch }) => epochs.push(epoch) },
      { ...options, epochs: 9, patience: 2 },
      () => {},
    )
    expect(epochs).toEqual([0, 1, 2, 3, 4])
    expect(tuned).toMatchObject({ accuracy: 0.5, epoch: 2 })
  })
})
