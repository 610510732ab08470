/**
 * Agents side by side at an equal number of evaluations: best validation accuracy before fine-tuning, test accuracy after
 * it, trials a second and peak memory, for each net, agent and seed; then medians.
 *
 *   npm run build && npx tsx bench/agents.ts [--nets resnet14,mobilenetv1] [--agents uniform,random,ddpg] [--seeds 1,2,3]
 *     [--trials 200] [--budget macs=50%] [--decide keep|weightBits,...] [--workers 2] [--finalists 1] [--epochs 1] [--round 8]
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import * as z from 'zod'
import { median, modelOf, root } from './nets.js'

const { values } = parseArgs({
  options: {
    nets: { type: 'string', default: 'resnet14,mobilenetv1' },
    agents: { type: 'string', default: 'uniform,random,ddpg' },
    seeds: { type: 'string', default: '1,2,3' },
    trials: { type: 'string', default: '200' },
    budget: { type: 'string', default: 'macs=50%' },
    decide: { type: 'string', default: 'keep' },
    workers: { type: 'string', default: '2' },
    finalists: { type: 'string', default: '1' },
    epochs: { type: 'string', default: '1' },
    round: { type: 'string', default: '8' },
  },
})

const score = z.object({ top1: z.number() })
const result = z.object({
  trials: z.object({ perSecond: z.number(), cached: z.number(), failed: z.number() }),
  best: z.object({ beforeFineTune: z.object({ val: score }), val: score, test: score, size: z.number() }),
})

function runOnce(net: string, agent: string, seed: string) {
  const folder = mkdtempSync(join(tmpdir(), 'pare-bench-'))
  const memory = join(folder, 'memory.txt')
  const flags = [
    '--data',
    'examples/fashion/data',
    '--budget',
    values.budget,
    '--agent',
    agent,
    '--seed',
    seed,
  ]
  const counts = [
    '--trials',
    values.trials,
    '--workers',
    values.workers,
    '--finalists',
    values.finalists,
    '--epochs',
    values.epochs,
    '--round',
    values.round,
    '--decide',
    values.decide,
  ]
  const command = [
    'node',
    'dist/src/cli/main.js',
    'search',
    modelOf(net),
    ...flags,
    ...counts,
    '--run',
    join(folder, 'run'),
    '--json',
  ]
  try {
    const printed = execFileSync('/usr/bin/env', ['time', '-f', '%M', '-o', memory, ...command], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const { best, trials } = result.parse(JSON.parse(printed.toString()))
    const peak = Number(readFileSync(memory, 'utf8')) / 1024
    return {
      before: best.beforeFineTune.val.top1,
      val: best.val.top1,
      test: best.test.top1,
      perSecond: trials.perSecond,
      cached: trials.cached,
      size: best.size,
      peak,
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

for (const net of values.nets.split(',')) {
  for (const agent of values.agents.split(',')) {
    const rows = values.seeds.split(',').map(seed => {
      const row = runOnce(net, agent, seed)
      const figures = `val ${row.before.toFixed(4)} -> ${row.val.toFixed(4)} test ${row.test.toFixed(4)}`
      console.log(
        `${net} ${agent} seed ${seed}: ${figures}, ${row.size} bytes, ${row.perSecond.toFixed(2)} trials/s, ${row.cached} cached, peak ${row.peak.toFixed(0)} MiB`,
      )
      return row
    })
    const of = (key: 'before' | 'val' | 'test') => median(rows.map(row => row[key])).toFixed(4)
    console.log(
      `${net} ${agent} median of ${rows.length}: val before ${of('before')}, after ${of('val')}, test after ${of('test')}`,
    )
  }
}
