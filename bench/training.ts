import { readFileSync } from 'node:fs'
import { readOnnx } from '../src/formats/onnx/read.js'
import { elementCount } from '../src/graph/tensor.js'
import type { Graph } from '../src/graph/types.js'
import { permutation, randomStream } from '../src/random.js'
import { createExecutor } from '../src/tensor/executor.js'
import { tensor, tidy } from '../src/tensor/tf.js'
import { Batches } from '../src/train/batches.js'
import { createLearner } from '../src/train/learner.js'
import { fineTuneDefaults } from '../src/train/options.js'
import { trainStep } from '../src/train/step.js'
import type { StepResult } from '../src/train/step-result.js'

export interface Training {
  /** A forward pass of the net as it is, and its outputs. */
  forward(): void
  /** A step of SGD on a batch of noise, batch norm put back. */
  step(): StepResult
}

/** A net ready to be trained on noise by the backend in use; with a teacher, whose logits are noise too, by distillation. */
export function trainingOf(file: string, batchSize: number, taught: boolean): Training {
  const graph = graphOf(file)
  const sampleShape = sampleShapeOf(graph)
  const classes = Number(graph.outputs[0]!.shape?.[1])
  const random = randomStream(1, 0, 'bench')
  const normal = (length: number) => Float32Array.from({ length }, () => random.normal())
  const samples = normal(batchSize * elementCount(sampleShape))
  const labels = Int32Array.from({ length: batchSize }, () => random.below(classes))
  const teacherLogits = taught ? normal(batchSize * classes) : null
  const options = { ...fineTuneDefaults, epochs: 1, batchSize, learningRate: 0.01, seed: 1 }
  const batches = new Batches({ samples, sampleShape, classes, labels, teacherLogits }, options)
  const student = createLearner(graph, { samples, sampleShape }, options)
  const plain = createExecutor(graph)
  return {
    forward() {
      tidy(() => plain.run(tensor(samples, [batchSize, ...sampleShape])).dataSync())
    },
    step() {
      const batch = batches.take(permutation(batchSize, random), 0, random)
      const teaching = taught ? ({ kind: 'stored' } as const) : ({ kind: 'labels' } as const)
      return trainStep(student, teaching, batch, options, {
        rate: options.learningRate,
        momentum: options.momentum,
      })
    },
  }
}

/** The graph of a file. */
export function graphOf(file: string): Graph {
  return readOnnx(readFileSync(file))
}

function sampleShapeOf({ inputs }: Graph): readonly number[] {
  return inputs[0]!.shape.slice(1).map(size => {
    if (typeof size === 'string') throw new Error(`the size of input axis ${size} is open`)
    return size
  })
}
