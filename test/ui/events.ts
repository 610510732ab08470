import type { Policy } from '../../src/compress/policy.js'
import type { Evaluation } from '../../src/evaluate/evaluation.js'
import type { BudgetSummary, ModelReport, RunEvent } from '../../src/search/events.js'
import type { TrialState } from '../../src/search/trial.js'
import { emptyView, type RunView, reduce } from '../../src/ui/state.js'

/** Synthetic events of a run: no clock and no chance, so that frames can be compared as text. */

export const groups = [
  { name: 'conv1', size: 16 },
  { name: 'block1.conv1', size: 16 },
  { name: 'block1.conv2', size: 32 },
  { name: 'block2.conv1', size: 32 },
  { name: 'block2.conv2', size: 64 },
  { name: 'fc1', size: 64 },
]

export const budgets: readonly BudgetSummary[] = [{ kind: 'macs', limit: 6_412_288, original: 12_824_576 }]

export const original: Evaluation = {
  scores: { val: { metric: 'top1', score: 0.925, top1: 0.925, loss: 0.21, n: 5000 } },
  cost: { macs: 12_824_576, params: 272_474, size: 0, bitops: 0, bytes: 1_098_325 },
}

export function started(change: Partial<Extract<RunEvent, { type: 'run-started' }>> = {}): RunEvent {
  return {
    at: 0,
    type: 'run-started',
    run: 'runs/resnet',
    model: 'models/resnet20.onnx',
    agent: 'ddpg',
    backend: 'wasm',
    seed: 1,
    trials: 200,
    finalists: 3,
    workers: 2,
    budgets,
    groups,
    resumed: false,
    ...change,
  }
}

export function policyOf(trial: number): Policy {
  return {
    keep: Object.fromEntries(
      groups.map(({ name, size }, i) => [name, size - ((trial + i) % 4) * (size / 8)]),
    ),
  }
}

/** An evaluation of a given validation accuracy, at half the original's cost. */
export function evaluation(top1: number, macs = 6_401_024): Evaluation {
  return {
    scores: { val: { metric: 'top1', score: top1, top1, loss: 0.3, n: 5000 } },
    cost: { macs, params: 136_237, size: 0, bitops: 0, bytes: 549_163 },
  }
}

export function finished(reward: number, cachedFrom: number | null = null): TrialState {
  return { kind: 'finished', evaluation: evaluation(reward), reward, cachedFrom }
}

/** A told trial: one a second, on two workers in turn, warm-up for 20 trials. */
export function told(
  trial: number,
  state: TrialState,
  at = trial * 1000,
): Extract<RunEvent, { type: 'trial-told' }> {
  const isCached = state.kind === 'finished' && state.cachedFrom !== null
  const agent = {
    phase: trial < 20 ? ('warm-up' as const) : ('learning' as const),
    warmUp: 20,
    noise: 0.5 * 0.99 ** Math.max(0, trial - 20),
    ...(trial < 20 ? {} : { criticLoss: 0.01 / (1 + trial), actorLoss: -0.9 }),
  }
  const elapsedMs = isCached ? 0 : 320 + (trial % 7)
  return {
    at,
    type: 'trial-told',
    trial,
    policy: policyOf(trial),
    state,
    agent,
    elapsedMs,
    worker: isCached ? null : trial % 2,
  }
}

/** Accuracy that rises with the trials, with a ripple. */
export function accuracyOf(trial: number): number {
  return 0.9 - 0.3 * Math.exp(-trial / 40) + 0.02 * Math.sin(trial * 1.7)
}

/** Trial 44 fails, every 25th is cached. */
export function usual(trial: number): RunEvent {
  if (trial % 50 === 44)
    return told(trial, { kind: 'failed', reason: 'the loss is not a number in layer block2.conv1' })
  if (trial % 25 === 24) return told(trial, finished(accuracyOf(trial - 3), trial - 3))
  return told(trial, finished(accuracyOf(trial)))
}

export const finals: readonly RunEvent[] = [
  {
    at: 200_000,
    type: 'finalist-begun',
    trial: 196,
    rank: 1,
    policy: policyOf(196),
    before: evaluation(0.9167),
  },
  {
    at: 200_000,
    type: 'finalist-begun',
    trial: 185,
    rank: 2,
    policy: policyOf(185),
    before: evaluation(0.9142),
  },
  {
    at: 205_000,
    type: 'finalist-progress',
    trial: 196,
    epoch: 1,
    epochs: 4,
    step: 50,
    steps: 200,
    loss: 0.3124,
  },
  {
    at: 206_000,
    type: 'finalist-progress',
    trial: 185,
    epoch: 1,
    epochs: 4,
    step: 40,
    steps: 200,
    loss: 0.3301,
  },
]

/** What each group matters: the later ones cost more, the earlier ones lose more. */
export const weighed: RunEvent = {
  at: 0,
  type: 'sites-weighed',
  sites: groups.map(({ name }, i) => ({ kind: 'keep', name, share: 0.05 + i * 0.05, error: 0.3 / (1 + i) })),
}

/** Half of the first rung of the ladder: six trials climb, one fails. */
export const climbing: readonly RunEvent[] = [
  { at: 200_000, type: 'rung-begun', rung: 1, steps: 32, trials: 6 },
  climbed(196, finished(0.9201), 210_000),
  climbed(185, { kind: 'failed', reason: 'the loss is NaN at step 3' }, 220_000),
  climbed(190, finished(0.9215), 230_000),
]

function climbed(trial: number, state: TrialState, at: number): RunEvent {
  return {
    at,
    type: 'climb-told',
    trial,
    rung: 1,
    steps: 32,
    state,
    policy: policyOf(trial),
    elapsedMs: 9000,
    worker: 1,
  }
}

const latency = (median: number) => ({ median, p10: median * 0.97, p90: median * 1.08, n: 200 })

export const measured: { readonly original: ModelReport; readonly chosen: ModelReport } = {
  original: {
    scores: {
      ...original.scores,
      test: { metric: 'top1', score: 0.9214, top1: 0.9214, loss: 0.23, n: 10_000 },
    },
    cost: original.cost,
    latencyMs: latency(0.29),
  },
  chosen: {
    scores: {
      val: { metric: 'top1', score: 0.9236, top1: 0.9236, loss: 0.22, n: 5000 },
      test: { metric: 'top1', score: 0.9201, top1: 0.9201, loss: 0.24, n: 10_000 },
    },
    cost: evaluation(0).cost,
    latencyMs: latency(0.171),
  },
}

export const ending: readonly RunEvent[] = [
  { at: 220_000, type: 'finalist-told', trial: 196, after: evaluation(0.9236) },
  { at: 221_000, type: 'finalist-failed', trial: 185, reason: 'worker 1 ended: out of memory' },
  {
    at: 221_000,
    type: 'finalist-begun',
    trial: 190,
    rank: 3,
    policy: policyOf(190),
    before: evaluation(0.9137),
  },
  { at: 240_000, type: 'finalist-told', trial: 190, after: evaluation(0.9199) },
  { at: 241_000, type: 'baseline', report: measured.original },
  { at: 241_000, type: 'chosen', trial: 196, report: measured.chosen, file: 'runs/resnet/best.onnx' },
  { at: 241_000, type: 'run-ended', outcome: 'finished', message: 'result in runs/resnet/best.onnx' },
]

/** All events of a run until `trials` trials are told. */
export function run(trials: number): readonly RunEvent[] {
  const inFlight = (trial: number): RunEvent => ({
    at: trial * 1000,
    type: 'trial-begun',
    trial,
    policy: policyOf(trial),
  })
  return [
    started(),
    { at: 0, type: 'baseline', report: { ...original, latencyMs: null } },
    { at: 0, type: 'preparing', step: 'calibration' },
    ...Array.from({ length: 4 }, (_, i) => inFlight(i)),
    ...Array.from({ length: trials }, (_, i) => [usual(i), ...(i + 4 < 200 ? [inFlight(i + 4)] : [])]).flat(),
  ]
}

export function viewOf(events: readonly RunEvent[]): RunView {
  return events.reduce(reduce, emptyView)
}
