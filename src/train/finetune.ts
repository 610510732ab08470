import { setImmediate } from 'node:timers/promises'
import type { Graph } from '../graph/types.js'
import { permutation, randomStream } from '../random.js'
import { initBackend } from '../tensor/backend.js'
import { createBalance } from './balance.js'
import { type Batch, Batches, countOf, goalsOf } from './batches.js'
import { createLearner, type Learner } from './learner.js'
import type { FineTuneOptions } from './options.js'
import { paceAt } from './schedule.js'
import { classesOf } from './shapes.js'
import { createSparsifier } from './sparsify.js'
import { firstNonFinite, trainStep } from './step.js'
import type { StepResult } from './step-result.js'
import { type Class, disposeTeaching, type Teaching, teachingOf } from './teaching.js'

/** What is trained, on what, and who judges. */
export interface FineTuneInput extends Class {
  /** Score of a deployable graph on held-out samples, larger is better; called for the start and after each epoch. */
  readonly validate: (graph: Graph) => Promise<number>
  /** Told each graph that was judged, the start as epoch 0. */
  readonly onJudged?: (judged: FineTuneResult) => void
}

/** How far training has come; `loss` is the newest step's. */
export interface Progress {
  readonly epoch: number
  readonly epochs: number
  readonly step: number
  readonly steps: number
  readonly loss: number
}

/**
 * The kept epoch's graph, batch norm folded, with its accuracy; epoch 0 is the start. One that has not all the zeros that
 * were asked for does not qualify, however accurate, nor does the start where its scales are to shrink.
 */
export interface FineTuneResult {
  readonly graph: Graph
  readonly accuracy: number
  readonly epoch: number
  readonly qualifies: boolean
}

/** A loss or a gradient that is no number any more. */
export class DivergedError extends Error {
  override readonly name = 'DivergedError'
}

/**
 * Fine-tunes a network, alone or with a teacher, batch normalisation put back while it trains; one with quantisers or
 * codebooks as it is, and what comes out has them still. Deterministic for a seed.
 * Keeps the epoch that validates best, the start included; where the length is given in steps, what stands at their end.
 * @throws DivergedError naming the step and what diverged, GraphError for an operator that cannot be trained, and the
 *   signal's reason (an AbortError where `abort` was given none), between two steps.
 */
export async function finetune(
  input: FineTuneInput,
  options: FineTuneOptions,
  onProgress: (progress: Progress) => void,
  signal?: { throwIfAborted(): void },
): Promise<FineTuneResult> {
  await initBackend(options.backend)
  const judge = async (graph: Graph, epoch: number, qualifies: boolean): Promise<FineTuneResult> => {
    const judged = { graph, accuracy: await input.validate(graph), epoch, qualifies }
    input.onJudged?.(judged)
    return judged
  }
  const batches = new Batches(
    input,
    options,
    output => classesOf(input.graph, input.sampleShape, output) ?? input.classes,
  )
  const balance = createBalance(options.balance, goalsOf(input).length)
  const steps = options.steps ?? batches.perEpoch * options.epochs
  const epochs = Math.ceil(steps / batches.perEpoch)
  const judgesStart = options.steps === null || steps === 0
  let best = judgesStart
    ? await judge(input.graph, 0, startQualifies(options))
    : { graph: input.graph, accuracy: Number.NEGATIVE_INFINITY, epoch: 0, qualifies: false }
  const student = createLearner(input.graph, input, options)
  let teaching: Teaching = { kind: 'labels' }
  try {
    teaching = teachingOf(input, options)
    const sparsifier = options.sparsity === null ? null : createSparsifier(student, options.sparsity, steps)
    for (let epoch = 1; epoch <= epochs && !outOfPatience(best, epoch, options); epoch++) {
      const order = permutation(countOf(input), randomStream(options.seed, epoch, 'shuffle'))
      const random = randomStream(options.seed, epoch, 'augment')
      const first = (epoch - 1) * batches.perEpoch
      for (let step = first; step < Math.min(steps, first + batches.perEpoch); step++) {
        signal?.throwIfAborted()
        sparsifier?.before(step)
        const batch = batches.take(order, step - first, random)
        const result = trainStep(student, teaching, batch, options, paceAt(options, step, steps), balance)
        if (!Number.isFinite(result.loss + result.gradientNorm))
          throw diverged(result, learnerOf(result, student, teaching), batch, `step ${step + 1} of ${steps}`)
        onProgress({ epoch, epochs, step: step + 1, steps, loss: result.loss })
        await setImmediate()
      }
      if (options.steps !== null && epoch < epochs) continue
      const judged = await judge(student.graph(), epoch, sparsifier?.isDone() ?? true)
      if (isBetter(judged, best)) best = judged
    }
  } finally {
    student.dispose()
    disposeTeaching(teaching)
  }
  return best
}

/** Whether a network has before all training what the options ask for. */
function startQualifies({ sparsity, scaleL1 }: FineTuneOptions): boolean {
  return (sparsity === null || sparsity.target.kind === 'standing') && scaleL1 === 0
}

/** Of two that both qualify or do not, the one that validates better. */
export function isBetter(a: FineTuneResult, b: FineTuneResult): boolean {
  return a.qualifies === b.qualifies ? a.accuracy > b.accuracy : a.qualifies
}

/** Whether as many epochs as the options allow went by without a better one. */
function outOfPatience(
  { epoch: best, qualifies }: FineTuneResult,
  epoch: number,
  { patience }: FineTuneOptions,
): boolean {
  return patience !== null && qualifies && epoch - 1 - best >= patience
}

/** The network that a result is of. */
function learnerOf({ network }: StepResult, student: Learner, teaching: Teaching): Learner {
  return network === 'teacher' && teaching.kind === 'mutual' ? teaching.peer : student
}

function diverged(
  { network, loss, gradientNorm }: StepResult,
  learner: Learner,
  batch: Batch,
  when: string,
): DivergedError {
  const node = firstNonFinite(learner, batch)
  const whose = network === 'teacher' ? "teacher's " : ''
  const what = Number.isFinite(loss)
    ? `the length of the ${whose}gradient is ${gradientNorm}`
    : `the ${whose}loss is ${loss}`
  const where = node === undefined ? '' : `, first in the output of node ${node.id} (${node.op})`
  return new DivergedError(`${what} at ${when}${where}: lower the learning rate`)
}
