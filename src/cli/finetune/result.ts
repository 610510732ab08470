import type { Normalization } from '../../data/manifest.js'
import type { Evaluation } from '../../evaluate/evaluation.js'
import type { FineTuneOptions } from '../../train/options.js'
import { percent, points, whole } from '../../ui/format.js'
import { scoreName } from '../../ui/score-text.js'
import { plainTable } from '../../ui/table.js'
import type { Judged } from './judgements.js'
import type { FinetuneCommandOptions } from './options.js'

/** Facts of a model, with the share of its weights that are zero, in [0,1]. */
interface Measured extends Evaluation {
  readonly zeros: number
}

/** What `pare finetune` did. */
export interface Finetuned {
  readonly options: FinetuneCommandOptions
  readonly training: FineTuneOptions
  /** The file written. */
  readonly out: string
  readonly kept: Judged
  readonly history: readonly Judged[]
  readonly normalization: Normalization
  /** The model as it was given, and as it was written. */
  readonly before: Measured
  readonly after: Measured
}

/** Prints the result, as a table or as one JSON document. */
export function printFinetuned(result: Finetuned, json: boolean): void {
  process.stdout.write(json ? `${JSON.stringify(documentOf(result), null, 2)}\n` : `${tableOf(result)}\n`)
}

function documentOf({ options, training, out, kept, history, normalization, before, after }: Finetuned) {
  const { model, teacher = null, fromScratch, generations, weightBits = null } = options
  const { distill, optimizer, schedule, learningRate, weightDecay, batchSize, epochs, backend, seed } =
    training
  const { labelSmoothing, clipNorm, augment, patience, sparsity, scaleL1, temperature, distillation } =
    training
  const metric = before.scores.val?.metric ?? 'top1'
  const place = ({ generation, epoch, accuracy, qualifies }: Judged) => ({
    ...{ generation, epoch, qualifies },
    val: { ...(metric === 'top1' ? { top1: accuracy } : {}), score: accuracy },
  })
  const figures = ({ scores, cost, zeros }: Measured) => ({ ...cost, zeros, ...scores })
  return {
    ...{
      model,
      out,
      teacher,
      fromScratch,
      generations,
      distill,
      temperature,
      distillation,
      backend,
      seed,
      normalization,
    },
    ...{ optimizer, schedule, learningRate, weightDecay, batchSize, epochs, patience },
    ...{ labelSmoothing, clipNorm, augment, sparsity, scaleL1, weightBits },
    kept: place(kept),
    history: history.map(place),
    before: figures(before),
    after: figures(after),
  }
}

function tableOf({ options, out, kept, before, after }: Finetuned): string {
  const table = plainTable(['', 'before', 'after', 'change'], ['left', 'right', 'right', 'right'])
  for (const split of ['val', 'test'] as const) {
    const [from, to] = [before.scores[split], after.scores[split]]
    if (from === undefined || to === undefined) continue
    table.push(
      [
        `${split} ${scoreName(to)} (n = ${whole(to.n)})`,
        percent(from.score),
        percent(to.score),
        points(from.score, to.score),
      ],
      [
        `${split} ${to.top1 === undefined ? 'loss' : 'loss, nats'}`,
        from.loss.toFixed(4),
        to.loss.toFixed(4),
        '',
      ],
    )
  }
  if (after.zeros > 0) table.push(['weights that are zero', percent(before.zeros), percent(after.zeros), ''])
  table.push(['bytes of the file', whole(before.cost.bytes), whole(after.cost.bytes), ''])
  const of = options.generations > 1 ? ` of generation ${kept.generation}` : ''
  const which = kept.epoch === 0 ? `the start${of}: training made nothing better` : `epoch ${kept.epoch}${of}`
  return `${table.toString()}\n${out} is ${which}`
}
