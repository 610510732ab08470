import type { RunEvent } from '../src/search/events.js'

/** Events of a run that nobody made, for measuring what looks at them: no clock, no chance. */
export interface SyntheticRun {
  readonly begin: readonly RunEvent[]
  /** What happens when a trial is told. */
  trial(number: number, at: number): readonly RunEvent[]
}

/** @param sites how many groups of channels are decided */
export function syntheticRun(trials: number, sites: number): SyntheticRun {
  const groups = Array.from({ length: sites }, (_, i) => ({
    name: `/features/features.${i}/Conv`,
    size: 256,
  }))
  const cost = { macs: 300e6, params: 3.5e6, size: 14e6, bitops: 3e11, bytes: 14e6 }
  const scoreOf = (top1: number) => ({ metric: 'top1', score: top1, top1, loss: 1 - top1, n: 5000 })
  const report = { scores: { val: scoreOf(0.93) }, cost, latencyMs: null }
  const policyOf = (trial: number) => ({
    keep: Object.fromEntries(groups.map(({ name }, i) => [name, 8 * (1 + ((trial * 7 + i * 13) % 32))])),
  })
  return {
    begin: [
      {
        at: 0,
        type: 'run-started',
        run: 'runs/synthetic',
        model: 'model.onnx',
        agent: 'ddpg',
        backend: 'wasm',
        seed: 1,
        trials,
        finalists: 3,
        workers: 2,
        budgets: [{ kind: 'macs', limit: 150e6, original: 300e6 }],
        groups,
        resumed: false,
      },
      { at: 0, type: 'baseline', report },
      {
        at: 0,
        type: 'sites-weighed',
        sites: groups.map(({ name }, i) => ({ kind: 'keep', name, share: 1 / sites, error: i / sites })),
      },
    ],
    trial(number, at) {
      const failed = number % 97 === 96
      const top1 = 0.9 - 0.4 * Math.exp(-number / 300) + 0.03 * Math.sin(number * 1.7)
      const evaluation = {
        scores: { val: scoreOf(top1) },
        cost: { ...cost, macs: 149e6 - ((number * 7919) % 20e6) },
      }
      const agent = { phase: 'learning' as const, noise: 0.5 * 0.999 ** number, criticLoss: 1 / (1 + number) }
      return [
        { at, type: 'trial-begun', trial: number + 4, policy: policyOf(number + 4) },
        {
          at,
          type: 'task-begun',
          worker: 1 + (number % 2),
          task: { kind: 'trial', trial: number + 2, steps: 0 },
        },
        {
          at,
          type: 'trial-told',
          trial: number,
          policy: policyOf(number),
          state: failed
            ? { kind: 'failed', reason: `the loss is not a number at step ${number}` }
            : { kind: 'finished', evaluation, reward: top1, cachedFrom: null },
          agent,
          elapsedMs: 90,
          worker: 1 + (number % 2),
          memory: { process: 400e6 + (number % 50) * 1e6, worker: 60e6 },
        },
      ]
    },
  }
}
