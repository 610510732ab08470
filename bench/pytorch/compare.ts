/**
 * Time of a training step (forward, backward, SGD; batch norm in training mode, cross-entropy) on each backend beside
 * PyTorch's, each on one thread: rounds of a few steps of each in turn, so that all meet the same load, and medians over
 * all steps. It wants a Python with PyTorch (Debian: python3-torch), named by PYTHON.
 *
 *   npx tsx bench/pytorch/compare.ts [net of nets.py ...] [--batch 64] [--rounds 10] [--steps 4] [--backend wasm ...]
 */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { readOnnx } from '../../src/formats/onnx/read.js'
import { countMacs } from '../../src/graph/cost.js'
import { median, root } from '../nets.js'
import type { Time } from '../timed.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    batch: { type: 'string', default: '64' },
    rounds: { type: 'string', default: '10' },
    steps: { type: 'string', default: '4' },
    backend: { type: 'string', multiple: true, default: ['wasm', 'tensorflow'] },
  },
})
const nets = positionals.length > 0 ? positionals : ['resnet10', 'mobilenetv1']
const python = process.env.PYTHON ?? '/usr/bin/python3'
const here = join(root, 'bench/pytorch')

/** A process that takes steps when told how many. */
interface Engine {
  readonly name: string
  steps(count: number): Promise<Time[]>
  end(): void
}

function engine(name: string, command: string, args: readonly string[]): Engine {
  const env = { ...process.env, OMP_NUM_THREADS: '1' }
  const child = spawn(command, args, { cwd: root, env, stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    name,
    async steps(count) {
      child.stdin.write(`${count}\n`)
      const { value, done } = await lines.next()
      if (done) throw new Error(`${name} ended`)
      return (JSON.parse(value) as [number, number][]).map(([wall, cpu]) => ({ wall, cpu }))
    },
    end: () => child.stdin.end(),
  }
}

async function compare(net: string, folder: string): Promise<void> {
  const file = join(folder, `${net}.onnx`)
  execFileSync(python, [join(here, 'step.py'), net, '--export', file], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const engines = [
    engine('pytorch', python, [join(here, 'step.py'), net, '--batch', values.batch]),
    ...values.backend.map(name =>
      engine(name, process.execPath, ['--import', 'tsx', join(here, 'step.ts'), file, name, values.batch]),
    ),
  ]
  const times = new Map<Engine, Time[]>(engines.map(each => [each, []]))
  // The first steps allocate, compile and choose algorithms.
  for (const each of engines) await each.steps(3)
  for (let round = 0; round < Number(values.rounds); round++)
    for (const each of engines) times.get(each)!.push(...(await each.steps(Number(values.steps))))
  for (const each of engines) each.end()
  const macs = countMacs(readOnnx(readFileSync(file)))
  const n = times.get(engines[0]!)!.length
  console.log(
    `${net}, ${(macs / 1e6).toFixed(2)} M MACs, batch ${values.batch}, n ${n}, load ${loadavg()[0]!.toFixed(1)}`,
  )
  const of = (each: Engine, key: keyof Time) => median(times.get(each)!.map(time => time[key]))
  for (const each of engines) {
    const figures = (['wall', 'cpu'] as const).map(key => {
      const [own, least] = [of(each, key), Math.min(...times.get(each)!.map(time => time[key]))]
      return `${key} ${own.toFixed(1)} ms (least ${least.toFixed(1)}, ${(own / of(engines[0]!, key)).toFixed(2)} x)`
    })
    console.log(`  ${each.name.padEnd(10)} ${figures.join('  ')}`)
  }
}

const folder = mkdtempSync(join(tmpdir(), 'pare-bench-'))
try {
  for (const net of nets) await compare(net, folder)
} finally {
  rmSync(folder, { recursive: true })
}
