/**
 * Whether ending a worker gives its memory back: pools of one worker, one after another, each with so many candidates of
 * other widths, trained for two steps. Tells the resident set (MiB) before a pool opens, before and after it closes, and
 * the CPU time (s) that its first candidate took beyond the others.
 *
 *   npx tsx bench/recycle.ts [--net lenet5] [--pools 3] [--candidates 60] [--native]
 */
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { poolEvaluator } from '../src/evaluate/pool.js'
import { chooseBackend } from '../src/tensor/backend.js'
import { candidateOf, contextOf } from './candidates.js'
import { median, modelOf, root } from './nets.js'

const { values } = parseArgs({
  options: {
    net: { type: 'string', default: 'lenet5' },
    pools: { type: 'string', default: '3' },
    candidates: { type: 'string', default: '60' },
    native: { type: 'boolean', default: false },
  },
})
const backend = chooseBackend(values.native ? 'tensorflow' : 'wasm')
const context = await contextOf(join(root, modelOf(values.net)), backend)
const workerFile = new URL('../dist/src/evaluate/worker.js', import.meta.url)
const never = new AbortController().signal
const resident = () => (process.memoryUsage.rss() / 2 ** 20).toFixed(0)
const cpu = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

for (let pool = 0; pool < Number(values.pools); pool++) {
  const [start, open] = [cpu(), resident()]
  const evaluator = poolEvaluator(context, 1, workerFile)
  const ends: number[] = [start]
  const grown: string[] = []
  for (let i = 0; i < Number(values.candidates); i++) {
    const trial = pool * Number(values.candidates) + i
    await evaluator.evaluate({ ...candidateOf(context, trial), steps: 2 }, never)
    ends.push(cpu())
    if ((i + 1) % 10 === 0) grown.push(resident())
  }
  const spent = ends.slice(1).map((end, i) => end - ends[i]!)
  const full = resident()
  await evaluator.close()
  // What a thread held is given back shortly after its end.
  await setTimeout(1000)
  const usual = median(spent.slice(1))
  const sizes = `open ${open}, each ten ${grown.join(' ')}, full ${full}, closed ${resident()} MiB`
  const times = `start ${(spent[0]! - usual).toFixed(1)} s of CPU, a candidate ${usual.toFixed(2)} s`
  console.log(`${values.net} ${backend} pool ${pool + 1}: ${sizes}; ${times}`)
}
