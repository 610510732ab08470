import { LEAST_PROBABILITY, type SingleChannel } from '../data/single-channel.js'
import { crossEntropy } from '../tensor/gradients/cross-entropy.js'
import {
  add,
  clipByValue,
  concat,
  div,
  log,
  mean,
  mul,
  reshape,
  type Scalar,
  softmax,
  square,
  sub,
  type Tensor,
  type Tensor2D,
  transpose,
  zerosLike,
} from '../tensor/tf.js'
import { attentionDistance } from './attention.js'
import type { FineTuneOptions } from './options.js'
import type { Seen } from './pass.js'
import type { WantedOutput } from './wanted.js'

/** What one output is to be for a batch, as tensors. */
export interface Lesson
  extends Pick<WantedOutput, 'index' | 'weight' | 'kind' | 'places' | 'single' | 'variance'> {
  /** [rows x places, classes] or [rows, size] each. */
  readonly hard: Tensor2D | null
  readonly soft: Tensor2D | null
}

/** What a student is to say of a batch. */
export interface Wanted {
  readonly lessons: readonly Lesson[]
  /** Attention maps, [rows, places] each. */
  readonly maps: readonly Tensor[]
}

type Mix = Pick<FineTuneOptions, 'distillation' | 'temperature' | 'hintWeight'>

/**
 * The loss of each output, weighted, in the order of the lessons. Of classes it is (1 - d) CE(labels) + d T^2 CE(teacher at
 * temperature T), in nats, where d is the share of distillation (Hinton et al. 2015, section 2); of numbers the same of
 * squared errors over their variance. Without a teacher d is 0, without labels 1.
 */
export function lossesOf(
  { outputs }: Pick<Seen, 'outputs'>,
  lessons: readonly Lesson[],
  mix: Mix,
): readonly Scalar[] {
  return lessons.map(lesson => {
    const loss = lossOfOutput(rowsOfOutput(outputs[lesson.index]!, lesson), lesson, mix)
    return lesson.weight === 1 ? loss : mul<Scalar>(loss, lesson.weight)
  })
}

/** What the attention maps' distance adds to the loss; null without maps. */
export function hintLoss(
  maps: readonly Tensor[],
  wanted: readonly Tensor[],
  { hintWeight }: Mix,
): Scalar | null {
  return maps.length === 0 ? null : mul<Scalar>(attentionDistance(maps, wanted), hintWeight)
}

/** The sum of all outputs' losses, and of the attention maps' distance. */
export function lossOf(seen: Seen, { lessons, maps }: Wanted, mix: Mix): Scalar {
  const hints = hintLoss(seen.maps, maps, mix)
  const losses = lossesOf(seen, lessons, mix)
  return (hints === null ? losses : [...losses, hints]).reduce((sum, loss) => add(sum, loss))
}

function lossOfOutput(values: Tensor2D, { kind, hard, soft, variance }: Lesson, mix: Mix): Scalar {
  const { distillation, temperature } = mix
  const error = (wanted: Tensor2D, softness: number): Scalar => {
    switch (kind) {
      case 'classes':
        return crossEntropy(values, wanted, softness)
      case 'numbers':
        return div(mean<Scalar>(square(sub(values, wanted))), variance)
    }
  }
  if (hard === null) return error(needed(soft), temperature)
  if (soft === null) return error(hard, 1)
  return add<Scalar>(mul(error(hard, 1), 1 - distillation), mul(error(soft, temperature), distillation))
}

type Reading = Pick<Lesson, 'kind' | 'places' | 'single'>

/** An output as its lesson has it: [rows, classes, ...places] becomes [rows x places, classes], all else [rows, size]. */
function rowsOfOutput(output: Tensor, { kind, places, single }: Reading): Tensor2D {
  const [rows = 1] = output.shape
  const size = output.size / rows
  if (single !== undefined) return bothClasses(reshape(output, [output.size, 1]), single)
  if (kind === 'numbers' || places === 1) return reshape(output, [rows, size]) as Tensor2D
  const classes = size / places
  return reshape(transpose(reshape(output, [rows, classes, places]), [0, 2, 1]), [rows * places, classes])
}

/** `classScores` of one channel, [n, 1] -> [n, 2]: their cross-entropy is the binary one. */
function bothClasses(values: Tensor2D, single: SingleChannel): Tensor2D {
  switch (single) {
    case 'logits':
      return concat([zerosLike(values), values], 1)
    case 'probabilities': {
      const p = clipByValue(values, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)
      return concat([log(sub<Tensor2D>(1, p)), log(p)], 1)
    }
  }
}

/** What a teacher's output asks of a student's: its distribution at a temperature, or its numbers. */
export function soften(output: Tensor, lesson: Reading, temperature: number): Tensor2D {
  const rows = rowsOfOutput(output, lesson)
  return lesson.kind === 'numbers' ? rows : softmax(div<Tensor2D>(rows, temperature))
}

function needed(soft: Tensor2D | null): Tensor2D {
  if (soft === null) throw new Error('an output that neither labels nor a teacher say anything of')
  return soft
}
