import { cleanup, render } from 'ink-testing-library'
import { afterEach, describe, expect, it } from 'vitest'
import type { Evaluation } from '../../src/evaluate/evaluation.js'
import type { RunEvent } from '../../src/search/events.js'
import { App, type AppProps } from '../../src/ui/dashboard/app.js'
import { frame } from '../../src/ui/dashboard/frame.js'
import { ascii, type Theme, unicode } from '../../src/ui/dashboard/theme.js'
import { climbing, ending, finals, finished, run, started, told, viewOf } from './events.js'

afterEach(cleanup)

const plain: Theme = { glyphs: unicode, colors: false }
const base = { role: 'worker', stopping: false, theme: plain } as const

/** The frame with rows 'A' to the last, between line feeds. */
function shot(
  events: readonly RunEvent[],
  width: number,
  height: number,
  change: Partial<AppProps> = {},
): string {
  return `\n${frame({ ...base, view: viewOf(events), size: { width, height }, ...change })}\n`
}

describe('the whole screen', () => {
  it('at 80x24, while learning', () => {
    const { lastFrame } = render(<App {...base} view={viewOf(run(61))} size={{ width: 80, height: 24 }} />)
    expect(`\n${lastFrame()}\n`).toBe(`
pare · runs/resnet · models/resnet20.onnx · agent ddpg · seed 1 · backend wasm …
learning: 61 of 200 trials told, 4 in flight · noise 0.334 · critic loss 0.0002…
██████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 31 %  61/200 trials  2 m 14 s left
finished 60  cached 2  failed 1  1.0/s  elapsed 1 m 04 s  last failure #44: the…
─ best so far: #60 beside the original (val: n = 5,000) ────────────────────────
val        92.50 %    85.30 %  -7.20 pt
MACs    12,824,576  6,401,024   -50.1 %  budget ≤ 6,412,288 met
params     272,474    136,237   -50.0 %
bytes    1,098,325    549,163   -50.0 %
─ reward: ══ best so far, ── mean of 10 trials ─  ─ channels kept by #60 ───────
0.8530 ┤                                 ╔═════   conv1        █████ 16/16 100 %
0.7897 ┤                 ╔═══════════════╝────╯   block1.conv1 ████░ 14/16  88 %
0.7265 ┤       ╔═════════╝────╯                   block1.conv2 ████░ 24/32  75 %
0.6632 ┤  ╔════╝─────╯                            block2.conv1 ███░░ 20/32  63 %
0.6000 ┤══╝──╯                                    block2.conv2 █████ 64/64 100 %
       #0                                   #60   fc1          ████░ 56/64  88 %
─ last trials ──────────────────────────────────────────────────────────────────
#60  finished  val  85.30 %  MACs  6,401,024   49.9 %  reward 0.8530  best
#59  finished  val  82.68 %  MACs  6,401,024   49.9 %  reward 0.8268
#58  finished  val  81.09 %  MACs  6,401,024   49.9 %  reward 0.8109
#57  finished  val  83.72 %  MACs  6,401,024   49.9 %  reward 0.8372
#56  finished  val  84.23 %  MACs  6,401,024   49.9 %  reward 0.8423
q stop (the run is saved)   d detach   p pause   r redraw
`)
  })

  it('shows a limit of latency in its unit', () => {
    const withLatency = ({ cost, ...rest }: Evaluation, latency: number) => ({
      ...rest,
      cost: { ...cost, latency },
    })
    const events = run(61).map((event): RunEvent => {
      if (event.type === 'run-started')
        return { ...event, budgets: [{ kind: 'latency', limit: 0.1964, original: 0.3273, unit: 'ms' }] }
      if (event.type === 'baseline')
        return { ...event, report: { ...event.report, ...withLatency(event.report, 0.3273) } }
      if (event.type !== 'trial-told' || event.state.kind !== 'finished') return event
      return { ...event, state: { ...event.state, evaluation: withLatency(event.state.evaluation, 0.1811) } }
    })
    const rows = shot(events, 100, 24)
    expect(rows).toMatch(/predicted +0\.3273 ms +0\.1811 ms +-44\.7 % +budget ≤ 0\.1964 ms met/)
    expect(rows).toMatch(/#60 +finished +val +85\.30 % +latency 0\.1811 ms +55\.3 %/)
  })

  it('on a rung of the ladder, led by its best', () => {
    const rows = shot([...run(200), ...climbing], 80, 24).split('\n')
    expect(rows[2]).toContain('rung 1: the best 6 after 32 steps of fine-tuning, 3 told')
    expect(rows[3]).toContain('50 %  3/6 on rung 1  30 s left')
    expect(rows[5]).toContain('best so far: #190')
  })

  it('at 60x15, the smallest, in ASCII', () => {
    const theme = { glyphs: ascii, colors: false }
    expect(shot(run(45), 60, 15, { theme, stopping: true })).toBe(`
pare | runs/resnet | models/resnet20.onnx | agent ddpg | ...
learning: 45 of 200 trials told, 4 in flight | noise 0.39...
######................... 23 %  45/200 trials  2 m 24 s left
finished 44  cached 1  failed 1  1.1/s  elapsed 48 s  las...
- best so far: #42 beside the original (val: n = 5,000) ----
val        92.50 %    81.01 %  -11.49 pt
MACs    12,824,576  6,401,024    -50.1 %  <= 6,412,288 met
params     272,474    136,237    -50.0 %
bytes    1,098,325    549,163    -50.0 %
- last trials ----------------------------------------------
#44  failed    the loss is not a number in layer block2.c...
#43  finished  val  78.27 %  MACs  6,401,024   49.9 %
#42  finished  val  81.01 %  MACs  6,401,024   49.9 %  best
stopping: finishing the running trials...  Ctrl-C: at once
`)
  })

  it('at 120x40, in the last rung', () => {
    expect(shot([...run(200), ...finals, ...ending.slice(0, 2)], 120, 40)).toBe(`
pare · runs/resnet · models/resnet20.onnx · agent ddpg · seed 1 · backend wasm · 2 workers
fine-tuning 3 finalists
███████████████████████████████████████████████████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 67 %  2/3 finalists  11 s left
finished 196  cached 8  failed 4  59.1/min  elapsed 3 m 41 s  last failure #194: the loss is not a number in layer bloc…
─ best finalist: #196 beside the original (val: n = 5,000) ──────  ─ channels kept by #196 ─────────────────────────────
val        92.50 %    92.36 %  -0.14 pt                            conv1        ████████████████████████████ 16/16 100 %
MACs    12,824,576  6,401,024   -50.1 %  budget ≤ 6,412,288 met    block1.conv1 █████████████████████████░░░ 14/16  88 %
params     272,474    136,237   -50.0 %                            block1.conv2 █████████████████████░░░░░░░ 24/32  75 %
bytes    1,098,325    549,163   -50.0 %                            block2.conv1 ██████████████████░░░░░░░░░░ 20/32  63 %
                                                                   block2.conv2 ████████████████████████████ 64/64 100 %
                                                                   fc1          █████████████████████████░░░ 56/64  88 %
─ reward: ══ best so far, ── mean of 10 trials ──────────────────
0.9172 ┤                                    ╔═══════════════════
0.8945 ┤                        ╔═══════════╝───────────────────
0.8719 ┤                   ╔════╝─────────╯
0.8492 ┤               ╔═══╝────╯
0.8266 ┤            ╔══╝───╯
0.8039 ┤          ╔═╝──╯
0.7813 ┤        ╔═╝─╯
0.7586 ┤     ╔══╝╭╯
0.7359 ┤    ╔╝ ╭─╯
0.7133 ┤   ╔╝╭─╯
0.6906 ┤  ╔╝╭╯                                                     ─ finalists (1 waiting) ─────────────────────────────
0.6680 ┤ ╔╝╭╯                                                      1. #196  done      val 91.67 % → 92.36 %
0.6453 ┤╔╝╭╯                                                       2. #185  failed    worker 1 ended: out of memory
0.6227 ┤╝─╯                                                        ─ workers ───────────────────────────────────────────
0.6000 ┤╯                                                          worker 0  96 trials  last #198 in 322 ms
       #0                                                   #199   worker 1  96 trials  last #197 in 321 ms
─ last trials ──────────────────────────────────────────────────────────────────────────────────────────────────────────
#199  cached    val  90.16 %  MACs  6,401,024   49.9 %  reward 0.9016  as #196
#198  finished  val  88.92 %  MACs  6,401,024   49.9 %  reward 0.8892
#197  finished  val  91.68 %  MACs  6,401,024   49.9 %  reward 0.9168
#196  finished  val  90.16 %  MACs  6,401,024   49.9 %  reward 0.9016
#195  finished  val  87.77 %  MACs  6,401,024   49.9 %  reward 0.8777
#194  failed    the loss is not a number in layer block2.conv1
#193  finished  val  91.72 %  MACs  6,401,024   49.9 %  reward 0.9172  best
#192  finished  val  89.11 %  MACs  6,401,024   49.9 %  reward 0.8911
#191  finished  val  87.95 %  MACs  6,401,024   49.9 %  reward 0.8795
q stop (the run is saved)   d detach   p pause   r redraw
`)
  })

  it('at 80x24, after the end', () => {
    expect(shot([...run(200), ...finals, ...ending], 80, 24, { role: 'viewer' })).toBe(`
pare · runs/resnet · models/resnet20.onnx · agent ddpg · seed 1 · backend wasm …
finished: result in runs/resnet/best.onnx
███████████████████████████████████████████████████████████ 100 %  3/3 finalists
finished 196  cached 8  failed 4  59.1/min  elapsed 4 m 01 s  last failure #194…
─ chosen: #196 beside the original (val: n = 5,000) ────────────────────────────
val         92.50 %    92.36 %  -0.14 pt
MACs     12,824,576  6,401,024   -50.1 %  budget ≤ 6,412,288 met
params      272,474    136,237   -50.0 %
bytes     1,098,325    549,163   -50.0 %
test        92.14 %    92.01 %  -0.13 pt
latency    0.290 ms   0.171 ms   -41.0 %
─ reward: ══ best so far, ── mean of 10 trials ─  ─ channels kept by #196 ──────
0.9172 ┤             ╔═════════════════════════   conv1        █████ 16/16 100 %
0.8115 ┤    ╔════════╝───╯                        block1.conv1 ████░ 14/16  88 %
0.7057 ┤╔═══╝─╯                                   block1.conv2 ████░ 24/32  75 %
0.6000 ┤╝─╯                                       block2.conv1 ███░░ 20/32  63 %
       #0                                  #199   +2 more
─ finalists ────────────────────────────────────────────────────────────────────
1. #196  done      val 91.67 % → 92.36 %
2. #185  failed    worker 1 ended: out of memory
3. #190  done      val 91.37 % → 91.99 %

q close   r redraw
`)
  })

  it('before the first event', () => {
    expect(shot([], 80, 15)).toBe(`
pare
starting
░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 0 %  0/0 trials
finished 0  cached 0  failed 0  elapsed 0 s
─ no trial has finished yet ────────────────────────────────────────────────────
val     -  -
MACs    -  -
params  -  -
bytes   -  -
─ last trials ──────────────────────────────────────────────────────────────────



q stop (the run is saved)   d detach   p pause   r redraw
`)
  })

  it('says which size it needs where it has less', () => {
    expect(shot(run(61), 59, 40)).toBe('\npare needs at least 60x15, this is 59x40; q stops\n')
    expect(shot(run(61), 20, 5)).toBe('\npare needs at least…\n')
  })
})

describe('every size', () => {
  const states: readonly (readonly RunEvent[])[] = [
    [],
    [started()],
    run(1),
    run(61),
    [...run(200), ...finals],
    [...run(200), ...finals, ...ending],
  ]
  const sizes = [
    [60, 15],
    [72, 22],
    [80, 23],
    [100, 31],
    [100, 32],
    [132, 43],
    [200, 60],
  ] as const

  it('has a frame one row short of it, no wider, with the footer last', () => {
    for (const events of states) {
      const view = viewOf(events)
      for (const [width, height] of sizes) {
        const size = { width, height }
        const rows = frame({ ...base, view, size }).split('\n')
        const name = `${events.length} events at ${width}x${height}`
        expect(rows.length, name).toBe(height - 1)
        expect(Math.max(...rows.map(row => row.length)), name).toBeLessThanOrEqual(width)
        expect(rows.at(-1), name).toMatch(/^q /)
      }
    }
  })
})

describe('large runs', () => {
  const groups = Array.from({ length: 53 }, (_, i) => ({
    name: `/features/features.${i}/conv/Conv.weight`,
    size: 960,
  }))
  const keep = Object.fromEntries(groups.map(({ name }, i) => [name, 960 - i * 16]))
  const workers = Array.from({ length: 32 }, (_, i) => ({
    ...told(i, finished(0.7)),
    policy: { keep },
    worker: i,
  }))

  it('say how many layers and workers are not shown', () => {
    const rows = shot([started({ groups, workers: 48 }), ...workers], 120, 40).split('\n')
    const right = rows.map(row => row.slice(67))
    expect(right.slice(5, 7)).toEqual([
      '─ channels kept by #0 ───────────────────────────────',
      '…s.0/conv/Conv.weight █████████████████ 960/960 100 %',
    ])
    expect(right.slice(21, 29)).toEqual([
      '….15/conv/Conv.weight █████████████░░░░ 720/960  75 %',
      '+37 more',
      '─ workers (16 with no trial yet) ────────────────────',
      'worker  0  1 trials  last  #0 in 320 ms',
      'worker  1  1 trials  last  #1 in 321 ms',
      'worker  2  1 trials  last  #2 in 322 ms',
      'worker  3  1 trials  last  #3 in 323 ms',
      '+28 more',
    ])
  })
})

describe('what comes from outside', () => {
  it('breaks no row', () => {
    const nasty = '\u001b[31m\u001b[5A\nx\ty 名前がとても長いモデルの名前がとても長いモデルの名前'
    const events = [
      started({ run: nasty, model: nasty, groups: [{ name: nasty, size: 8 }] }),
      told(0, { kind: 'failed', reason: nasty }),
    ]
    const text = shot(events, 80, 24)
    expect(text.split('\n')).toHaveLength(25)
    expect(text).not.toContain('\u001b')
    expect(shot(events, 80, 24, { theme: { glyphs: ascii, colors: false } })).toMatch(/^[\x20-\x7e\n]+$/)
  })
})

it('shows the same words with colours and without', () => {
  const coloured = shot(run(61), 80, 24, { theme: { glyphs: unicode, colors: true } })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with one
  expect(coloured.replace(/\u001b\[[0-9;]*m/g, '')).toBe(shot(run(61), 80, 24))
})
