/**
 * Trials a second with one worker and with two, taken in turns because machines are noisy; the ratio; the share of the
 * workers' wall time that was not evaluation; and, as the ceiling that the machine itself sets, two searches with one
 * worker each side by side.
 *
 *   npm run build && npx tsx bench/throughput.ts [--nets mobilenetv1] [--agents random,ddpg] [--trials 100] [--rounds 3]
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { openRunReader } from '../src/store/run-reader.js'
import { median, modelOf, root } from './nets.js'

const { values } = parseArgs({
  options: {
    nets: { type: 'string', default: 'mobilenetv1' },
    agents: { type: 'string', default: 'random,ddpg' },
    trials: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '3' },
  },
})

/** Trials a second between the first begun and the last told trial, and the workers' idle share in that time. */
async function search(net: string, agent: string, workers: number) {
  const folder = mkdtempSync(join(tmpdir(), 'pare-bench-'))
  const what = [modelOf(net), '--data', 'examples/fashion/data', '--budget', 'macs=50%', '--agent', agent]
  const counts = ['--trials', values.trials, '--workers', String(workers), '--finalists', '0']
  try {
    const run = join(folder, 'run')
    await promisify(execFile)('node', ['dist/src/cli/main.js', 'search', ...what, ...counts, '--run', run], {
      cwd: root,
    })
    const reader = await openRunReader(join(run, 'run.sqlite'))
    const told = (await reader.events(0)).events.flatMap(event =>
      event.type === 'trial-told' && event.worker !== null ? [event] : [],
    )
    await reader.close()
    const span = told.at(-1)!.at - (told[0]!.at - told[0]!.elapsedMs)
    const busy = told.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0)
    return { perSecond: (1000 * told.length) / span, idle: 1 - busy / (workers * span) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

for (const net of values.nets.split(',')) {
  for (const agent of values.agents.split(',')) {
    const rounds = []
    for (let round = 0; round < Number(values.rounds); round++) {
      const one = await search(net, agent, 1)
      const two = await search(net, agent, 2)
      const apart = await Promise.all([search(net, agent, 1), search(net, agent, 1)])
      rounds.push({ one, two, apart: apart[0].perSecond + apart[1].perSecond })
      console.log(
        `${net} ${agent} round ${round + 1}: 1 worker ${one.perSecond.toFixed(2)}/s, 2 workers ${two.perSecond.toFixed(2)}/s, two searches ${rounds.at(-1)!.apart.toFixed(2)}/s`,
      )
    }
    const ratio = median(rounds.map(({ one, two }) => two.perSecond / one.perSecond))
    const ceiling = median(rounds.map(({ one, apart }) => apart / one.perSecond))
    const idle = median(rounds.map(({ two }) => two.idle))
    const perSecond = median(rounds.map(({ two }) => two.perSecond))
    console.log(
      `${net} ${agent}: 2 workers ${perSecond.toFixed(2)}/s, ${ratio.toFixed(2)} times one (two searches: ${ceiling.toFixed(2)}), idle ${(100 * idle).toFixed(1)} %`,
    )
  }
}
