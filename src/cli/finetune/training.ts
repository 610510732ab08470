import { parseSparsity } from '../../compress/sparsity/sparsity.js'
import { areImages } from '../../data/augment.js'
import type { Goal } from '../../data/goals.js'
import type { BackendName } from '../../tensor/backend.js'
import { type FineTuneOptions, fineTuneDefaults, type SparsityPlan } from '../../train/options.js'
import { UsageError } from '../options/error.js'
import { type FinetuneCommandOptions, usual, usualSparsitySchedule } from './options.js'

/** How the options have a network trained. @throws UsageError for options that contradict each other. */
export function trainingOf(options: FinetuneCommandOptions, backend: BackendName): FineTuneOptions {
  const { optimizer, temperature, distillation } = options
  const { balance, epochs, schedule, batchSize, labelSmoothing, clipNorm, augment, seed } = options
  const distill = distillOf(options)
  assertRoundable(options)
  return {
    ...fineTuneDefaults,
    ...{
      balance,
      epochs,
      schedule,
      batchSize,
      labelSmoothing,
      clipNorm,
      augment,
      seed,
      optimizer,
      distill,
      backend,
    },
    temperature: temperature ?? fineTuneDefaults.temperature,
    distillation: distillation ?? fineTuneDefaults.distillation,
    patience: options.patience ?? null,
    scaleL1: options.scaleL1,
    sparsity: sparsityOf(options),
    learningRate: options.learningRate ?? usual[optimizer].learningRate,
    weightDecay: options.weightDecay ?? usual[optimizer].weightDecay,
  }
}

/** @throws UsageError where samples are to be changed as images that are none. */
export function assertChangeable({ augment }: FineTuneOptions, sampleShape: readonly number[]): void {
  if (augment.length > 0 && !areImages(sampleShape))
    throw new UsageError(`--augment ${augment}: needs images, the samples have shape [${sampleShape}]`)
}

/** @throws UsageError where neither labels nor a teacher say what is to be learned. */
export function assertTaught({ distill }: FineTuneOptions, goals: readonly Goal[]): void {
  if (distill === 'none' && goals.some(({ truth }) => truth === null))
    throw new UsageError('the data have no labels to learn from: pass the original as --teacher')
}

/** Weights are rounded as they are, and not to zero: binary ones have none. */
function assertRoundable({ weightBits, fromScratch, sparsity, scaleL1 }: FinetuneCommandOptions): void {
  if (weightBits === undefined) return
  const others = { 'from-scratch': fromScratch, sparsity: sparsity !== undefined, 'scale-l1': scaleL1 > 0 }
  const [clash] = Object.entries(others).find(([, given]) => given) ?? []
  if (clash !== undefined) throw new UsageError(`--weight-bits: cannot be learned together with --${clash}`)
}

function distillOf(options: FinetuneCommandOptions): FineTuneOptions['distill'] {
  const { teacher, generations, temperature, distillation } = options
  const isTaught = teacher !== undefined || generations > 1
  const distill = options.distill ?? (isTaught ? 'soft' : 'none')
  if (distill !== 'none' && !isTaught)
    throw new UsageError(`--distill ${distill}: nobody teaches; pass --teacher or --generations`)
  if (distill === 'none' && generations > 1)
    throw new UsageError('--generations: each is taught by the one before, which --distill none forbids')
  const softness = Object.entries({ temperature, distillation }).find(([, value]) => value !== undefined)
  if (distill === 'none' && softness !== undefined)
    throw new UsageError(`--${softness[0]}: nobody teaches; pass --teacher or --generations`)
  return distill
}

function sparsityOf({ sparsity, sparsitySchedule }: FinetuneCommandOptions): SparsityPlan | null {
  if (sparsity === undefined) {
    if (sparsitySchedule === undefined) return null
    throw new UsageError('--sparsity-schedule: no weights are to become zero; pass --sparsity')
  }
  const target = parseSparsity(sparsity)
  if (target === null)
    throw new UsageError(
      `--sparsity: expected a share such as 0.8 or 80%, or a pattern such as 2:4, found ${sparsity}`,
    )
  if (target.kind === 'share') return { target, schedule: sparsitySchedule ?? usualSparsitySchedule }
  if (sparsitySchedule !== undefined)
    throw new UsageError(`--sparsity-schedule: the zeros of a pattern such as ${sparsity} come at once`)
  return { target, schedule: 'one-shot' }
}
