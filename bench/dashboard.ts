/**
 * What the dashboard takes of a core at 20 trials a second, view by view, beside the same events with nobody looking; and
 * the memory of its state over 100,000 trials, with what folding one of them takes.
 *
 *   npx tsx bench/dashboard.ts [--seconds 10] [--told 5000] [--sites 30]
 */

import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { pages } from '../src/ui/dashboard/ui.js'
import { startDashboard } from '../src/ui/dashboard.js'
import { emptyView, reduce } from '../src/ui/state.js'
import { syntheticRun } from './synthetic-run.js'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    told: { type: 'string', default: '5000' },
    sites: { type: 'string', default: '30' },
  },
})
const [seconds, told, sites] = [Number(values.seconds), Number(values.told), Number(values.sites)]
/** Between two trials, ms. */
const BETWEEN = 50

/** A terminal that only counts what is written to it. */
class Sink extends EventEmitter {
  written = 0
  frames = 0
  constructor(
    readonly columns: number,
    readonly rows: number,
  ) {
    super()
  }
  write(text: string): boolean {
    this.written += Buffer.byteLength(text)
    this.frames++
    return true
  }
}

/** CPU time in ms of the whole process while trials are told at the pace, each handed to `take`. */
async function cpuOf(take: (event: ReturnType<typeof run.trial>[number]) => void): Promise<number> {
  const before = process.cpuUsage()
  const start = performance.now()
  for (let i = 0; i < (seconds * 1000) / BETWEEN; i++) {
    for (const event of run.trial(told + i, (told + i) * BETWEEN)) take(event)
    await delay(Math.max(0, start + (i + 1) * BETWEEN - performance.now()))
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const run = syntheticRun(told + 10_000, sites)
const share = (ms: number) => `${((ms / (seconds * 1000)) * 100).toFixed(2)} %`
const nobody = await cpuOf(() => {})
console.log(`nobody looks: ${share(nobody)} of a core`)
for (const [columns, rows] of [
  [80, 24],
  [120, 40],
  [200, 60],
] as const) {
  for (const [i, page] of pages.entries()) {
    const stdout = new Sink(columns, rows)
    const stdin = new PassThrough()
    const env = { LANG: 'C.UTF-8' }
    const dashboard = startDashboard({ onQuit: () => {}, stdout, stdin, stderr: null, env })
    for (const event of run.begin) dashboard.push(event)
    for (let trial = 0; trial < told; trial++)
      for (const event of run.trial(trial, trial * BETWEEN)) dashboard.push(event)
    stdin.write(String(i + 1))
    // What is compiled and drawn first is not what a run of hours takes.
    await delay(3000)
    const [frames, written] = [stdout.frames, stdout.written]
    const taken = (await cpuOf(event => dashboard.push(event))) - nobody
    await dashboard.close()
    const [a, b] = [(stdout.frames - frames) / seconds, (stdout.written - written) / seconds / 1000]
    console.log(
      `${columns}x${rows} ${page.padEnd(8)} ${share(taken)}  ${a.toFixed(1)} frames/s  ${b.toFixed(1)} kB/s`,
    )
  }
}

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')
const inUse = () => {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 2 ** 20
}
let view = run.begin.reduce(reduce, emptyView)
const empty = inUse()
const start = process.cpuUsage()
for (let trial = 0; trial < 100_000; trial++) {
  view = run.trial(trial, trial * BETWEEN).reduce(reduce, view)
  if ([999, 9999, 24_999, 49_999, 99_999].includes(trial))
    console.log(`${view.told} trials: ${(inUse() - empty).toFixed(1)} MiB`)
}
const { user, system } = process.cpuUsage(start)
console.log(`${((user + system) / 100_000).toFixed(1)} us of CPU a trial, making it up included`)
