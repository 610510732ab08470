import { describe, expect, it } from 'vitest'
import type { Evaluation } from '../../src/evaluate/evaluation.js'
import type { RunEvent } from '../../src/search/events.js'
import { columnsOf } from '../../src/ui/dashboard/block.js'
import { ascii, unicode } from '../../src/ui/dashboard/theme.js'
import { pages } from '../../src/ui/dashboard/ui.js'
import { climbing, ending, finals, finished, run, started, told, weighed } from './events.js'
import { framed, sceneOf, shot } from './fixtures/shot.js'

const inAscii = { glyphs: ascii, colors: false }

/** Times of day depend on where one is. */
const without = (text: string) => text.replace(/\d\d:\d\d:\d\d/g, 'hh:mm:ss')

describe('the overview', () => {
  it('at 80x24, while learning', () => {
    expect(shot(sceneOf(run(61)), 80, 24)).toBe(`
pare · runs/resnet · models/resnet20.onnx · agent ddpg · seed 1 · backend wasm …
[1 overview] 2 layers  3 trials  4 pareto  5 workers  6 log
learning: 61 of 200 trials told, 4 in flight
██████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 31 %  61/200 trials  2 m 14 s left
finished 60  cached 2  failed 1  1.0/s  elapsed 1 m 04 s  last failure #44: the…
─ best so far: #60 beside the original (val: n = 5,000) ────────────────────────
val        92.50 %    85.30 %  -7.20 pt
MACs    12,824,576  6,401,024   -50.1 %  budget ≤ 6,412,288 met
params     272,474    136,237   -50.0 %
bytes    1,098,325    549,163   -50.0 %
─ agent ddpg, over its trials ──────────────────────────────────────────────────
noise       0.3345     ██████████████████████▇▇▇▇▇▆▆▆▆▅▅▅▅▅▄▄▄▄▄▄▃▃▃▃▃▂▂▂▂▂▂▂▁▁▁
critic loss 1.64e-4    ██▇▇▆▆▆▅▅▅▅▄▄▄▄▄▃▃▃▃▃▃▃▂▂▂▂▂▂▂▂▂▂▁▁▁▁▁▁▁▁
actor loss  -0.9000    ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
─ reward: ══ best so far, ── mean of 10 trials ─  ─ channels kept by #60 ───────
0.8530 ┤                                  ╔════   conv1        █████ 16/16 100 %
0.8024 ┤                      ╔═══════════╝────   block1.conv1 ████░ 14/16  88 %
0.7518 ┤            ╔═════════╝────╯              block1.conv2 ████░ 24/32  75 %
0.7012 ┤       ╔════╝────╯                        block2.conv1 ███░░ 20/32  63 %
0.6506 ┤╔══════╝──╯                               block2.conv2 █████ 64/64 100 %
0.6000 ┤╝───╯                                     fc1          ████░ 56/64  88 %
       #0                                   #60
q stop (the run is saved)   ? help
`)
  })

  it('at 60x15, the smallest, in ASCII', () => {
    const scene = sceneOf(run(45), { theme: inAscii, stopping: true })
    expect(shot(scene, 60, 15)).toBe(`
pare | runs/resnet | models/resnet20.onnx | agent ddpg | ...
[1 overview] 2 layers  3 trials  4 pareto  5 workers  6 log
learning: 45 of 200 trials told, 4 in flight
######................... 23 %  45/200 trials  2 m 24 s left
finished 44  cached 1  failed 1  1.1/s  elapsed 48 s  las...
- best so far: #42 beside the original (val: n = 5,000) ----
val        92.50 %    81.01 %  -11.49 pt
MACs    12,824,576  6,401,024    -50.1 %  <= 6,412,288 met
params     272,474    136,237    -50.0 %
bytes    1,098,325    549,163    -50.0 %
- reward: == best so far, -- mean of 10 trials -------------
0.8101 |               +===========================
0.6000 |===============+------'
stopping: finishing the running trials...  Ctrl-C: at once
`)
  })

  it('at 120x40, in the last rung', () => {
    expect(shot(sceneOf([...run(200), ...finals, ...ending.slice(0, 2)]), 120, 40)).toBe(`
pare · runs/resnet · models/resnet20.onnx · agent ddpg · seed 1 · backend wasm · 2 workers
[1 overview] 2 layers  3 trials  4 pareto  5 workers  6 log
fine-tuning 3 finalists
███████████████████████████████████████████████████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 67 %  2/3 finalists  11 s left
finished 196  cached 8  failed 4  59.1/min  elapsed 3 m 41 s  last failure #194: the loss is not a number in layer bloc…
─ best finalist: #196 beside the original (val: n = 5,000) ──────  ─ agent ddpg, over its trials ───────────────────────
val        92.50 %    92.36 %  -0.14 pt                            noise       0.0827     ████▇▇▆▆▅▅▅▄▄▄▃▃▃▃▃▂▂▂▂▂▂▁▁▁▁▁
MACs    12,824,576  6,401,024   -50.1 %  budget ≤ 6,412,288 met    critic loss 5.00e-5    █▆▅▅▄▄▃▃▃▂▂▂▂▂▂▂▂▂▁▁▁▁▁▁▁▁▁▁▁▁
params     272,474    136,237   -50.0 %                            actor loss  -0.9000    ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄
bytes    1,098,325    549,163   -50.0 %                            ─ channels kept by #196 ─────────────────────────────
─ reward: ══ best so far, ── mean of 10 trials ──────────────────  conv1        ████████████████████████████ 16/16 100 %
0.9172 ┤                                     ╔══════════════════   block1.conv1 █████████████████████████░░░ 14/16  88 %
0.8974 ┤                          ╔══════════╝╭─────────────────   block1.conv2 █████████████████████░░░░░░░ 24/32  75 %
0.8776 ┤                   ╔══════╝╭──────────╯                    block2.conv1 ██████████████████░░░░░░░░░░ 20/32  63 %
0.8577 ┤                ╔══╝ ╭─────╯                               block2.conv2 ████████████████████████████ 64/64 100 %
0.8379 ┤              ╔═╝╭───╯                                     fc1          █████████████████████████░░░ 56/64  88 %
0.8181 ┤           ╔══╝──╯
0.7983 ┤         ╔═╝╭─╯
0.7784 ┤        ╔╝╭─╯
0.7586 ┤     ╔══╝╭╯
0.7388 ┤    ╔╝ ╭─╯
0.7190 ┤   ╔╝ ╭╯
0.6991 ┤  ╔╝ ╭╯
0.6793 ┤ ╔╝ ╭╯
0.6595 ┤╔╝ ╭╯
0.6397 ┤║ ╭╯
0.6198 ┤╝─╯                                                        ─ finalists (1 waiting) ─────────────────────────────
0.6000 ┤╯                                                          1. #196  done      val 91.67 % → 92.36 %
       #0                                                   #199   2. #185  failed    worker 1 ended: out of memory
─ last trials ──────────────────────────────────────────────────────────────────────────────────────────────────────────
  trial  state         val       MACs  of orig.  reward             time  worker
   #199  cached    90.16 %  6,401,024    49.9 %  0.9016  as #196
   #198  finished  88.92 %  6,401,024    49.9 %  0.8892           322 ms       0
   #197  finished  91.68 %  6,401,024    49.9 %  0.9168           321 ms       1
   #196  finished  90.16 %  6,401,024    49.9 %  0.9016           320 ms       0
   #195  finished  87.77 %  6,401,024    49.9 %  0.8777           326 ms       1
   #194  failed    the loss is not a number in layer block2.conv1
   #193  finished  91.72 %  6,401,024    49.9 %  0.9172  best     324 ms       1
q stop (the run is saved)   ? help
`)
  })

  it('at 80x24, after the end', () => {
    const scene = sceneOf([...run(200), ...finals, ...ending], { role: 'viewer' })
    expect(shot(scene, 80, 24)).toBe(`
pare · runs/resnet · models/resnet20.onnx · agent ddpg · seed 1 · backend wasm …
[1 overview] 2 layers  3 trials  4 pareto  5 workers  6 log
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
q close   ? help
`)
  })

  it('before the first event', () => {
    expect(shot(sceneOf([]), 80, 15)).toBe(`
pare
[1 overview] 2 layers  3 trials  4 pareto  5 workers  6 log
starting
░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 0 %  0/0 trials
finished 0  cached 0  failed 0  elapsed 0 s
─ no trial has finished yet ────────────────────────────────────────────────────
val     -  -
MACs    -  -
params  -  -
bytes   -  -
─ reward ───────────────────────────────────────────────────────────────────────
a curve from the second finished trial on

q stop (the run is saved)   ? help
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
    const rows = shot(sceneOf(events), 120, 40)
    expect(rows).toMatch(/predicted +0\.3273 ms +0\.1811 ms +-44\.7 % +(budget )?≤ 0\.1964 ms met/)
    expect(rows).toMatch(/#60 +finished +85\.30 % +0\.1811 ms +55\.3 %/)
  })

  it('is led by the best of the newest rung of the ladder', () => {
    const rows = framed(sceneOf([...run(200), ...climbing]), { width: 80, height: 24 })
    expect(rows[2]).toContain('rung 1: the best 6 after 32 steps of fine-tuning, 3 told')
    expect(rows[3]).toContain('50 %  3/6 on rung 1  30 s left')
    expect(rows[5]).toContain('best so far: #190')
  })
})

describe('the layers', () => {
  it('stand beside each other: what the best and the newest policy keep, and what each matters', () => {
    const scene = sceneOf([...run(61), weighed], {}, { page: 'layers' })
    expect(shot(scene, 80, 16)).toBe(`
pare · runs/resnet · models/resnet20.onnx · agent ddpg · seed 1 · backend wasm …
 1 overview [2 layers] 3 trials  4 pareto  5 workers  6 log
learning: 61 of 200 trials told, 4 in flight
██████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 31 %  61/200 trials  2 m 14 s left
─ layers 1 to 6 of 6: best #60 beside the newest #64 ───────────────────────────
  layer                     #60  bits    #64  bits    lost    MACs
  conv1         ████████  16/16        16/16        30.0 %   5.0 %
  block1.conv1  ███████░  14/16        14/16        15.0 %  10.0 %
  block1.conv2  ██████░░  24/32        24/32        10.0 %  15.0 %
  block2.conv1  █████░░░  20/32        20/32         7.5 %  20.0 %
  block2.conv2  ████████  64/64        64/64         6.0 %  25.0 %
  fc1           ███████░  56/64        56/64         5.0 %  30.0 %

lost: output energy lost at half, estimated; MACs: share of the original's that…
q stop (the run is saved)   ? help   j k move   / search
`)
  })

  it('have bits too, and losses that were measured', () => {
    const sites = [
      { kind: 'keep', name: 'conv1', most: 16 },
      { kind: 'weightBits', name: 'conv1', most: 8 },
      { kind: 'activationBits', name: 'fc1', most: 8 },
    ] as const
    const losses = [
      { value: 4, loss: 0.9 },
      { value: 8, loss: 0.21 + Math.LN2 },
    ]
    const table = { n: 100, loss: 0.21, decisions: [{ kind: 'keep', name: 'conv1', losses }] } as const
    const trial = { ...told(0, finished(0.8)), policy: { keep: { conv1: 4 }, weightBits: { conv1: 5 } } }
    const events = [started({ sites }), { at: 0, type: 'sensitivity-measured', table } as const, trial]
    const rows = framed(sceneOf(events, {}, { page: 'layers' }), { width: 100, height: 16 })
    expect(rows[6]).toMatch(/conv1 +█+░+ +4\/16 +w5 +4\/16 +w5 +50\.0 % +-$/)
    expect(rows[7]).toMatch(/fc1 +- +-$/)
  })
})

describe('the trials', () => {
  it('are listed newest first, failed ones with the reason', () => {
    const scene = sceneOf(run(61), {}, { page: 'trials' })
    expect(shot(scene, 80, 24)).toBe(`
pare · runs/resnet · models/resnet20.onnx · agent ddpg · seed 1 · backend wasm …
 1 overview  2 layers [3 trials] 4 pareto  5 workers  6 log
learning: 61 of 200 trials told, 4 in flight
██████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 31 %  61/200 trials  2 m 14 s left
─ trials 1 to 16 of 61: all, by number ↓ ───────────────────────────────────────
  trial  state         val       MACs  of orig.  reward            time
>   #60  finished  85.30 %  6,401,024    49.9 %  0.8530  best    324 ms
    #59  finished  82.68 %  6,401,024    49.9 %  0.8268          323 ms
    #58  finished  81.09 %  6,401,024    49.9 %  0.8109          322 ms
    #57  finished  83.72 %  6,401,024    49.9 %  0.8372          321 ms
    #56  finished  84.23 %  6,401,024    49.9 %  0.8423          320 ms
    #55  finished  81.05 %  6,401,024    49.9 %  0.8105          326 ms
    #54  finished  80.94 %  6,401,024    49.9 %  0.8094          325 ms
    #53  finished  83.72 %  6,401,024    49.9 %  0.8372          324 ms
    #52  finished  82.67 %  6,401,024    49.9 %  0.8267          323 ms
    #51  finished  79.71 %  6,401,024    49.9 %  0.7971          322 ms
    #50  finished  81.05 %  6,401,024    49.9 %  0.8105          321 ms
    #49  cached    81.17 %  6,401,024    49.9 %  0.8117  as #46
    #48  finished  80.80 %  6,401,024    49.9 %  0.8080          326 ms
    #47  finished  78.78 %  6,401,024    49.9 %  0.7878          325 ms
    #46  finished  81.17 %  6,401,024    49.9 %  0.8117          324 ms
    #45  finished  82.04 %  6,401,024    49.9 %  0.8204          323 ms
q stop  ? help  j k move  / search  Enter details  s S sort  f filter  x cost
`)
  })

  it('tell all about one where it is asked for', () => {
    const lists = { ...sceneOf([]).ui.lists, trials: { selected: 44, query: '' } }
    const scene = sceneOf(run(61), {}, { page: 'trials', details: true, lists })
    expect(without(shot(scene, 80, 24))).toBe(`
pare · runs/resnet · models/resnet20.onnx · agent ddpg · seed 1 · backend wasm …
 1 overview  2 layers [3 trials] 4 pareto  5 workers  6 log
learning: 61 of 200 trials told, 4 in flight
██████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 31 %  61/200 trials  2 m 14 s left
─ trials 14 to 20 of 61: all, by number ↓ ──────────────────────────────────────
  trial  state         val       MACs  of orig.  reward      time
    #47  finished  78.78 %  6,401,024    49.9 %  0.7878    325 ms
    #46  finished  81.17 %  6,401,024    49.9 %  0.8117    324 ms
    #45  finished  82.04 %  6,401,024    49.9 %  0.8204    323 ms
>   #44  failed    the loss is not a number in layer block2.conv1
    #43  finished  78.27 %  6,401,024    49.9 %  0.7827    321 ms
    #42  finished  81.01 %  6,401,024    49.9 %  0.8101    320 ms
    #41  finished  80.34 %  6,401,024    49.9 %  0.8034    326 ms
─ trial #44: failed ────────────────────────────────────────────────────────────
reason: the loss is not a number in layer block2.conv1
took 322 ms   worker 0   told at hh:mm:ss
conv1 16/16          block1.conv1 14/16   block1.conv2 24/32
block2.conv1 20/32   block2.conv2 64/64   fc1 56/64




q stop  ? help  j k move  / search  Enter details  s S sort  f filter  x cost
`)
  })

  it('say so where none is like what is searched for', () => {
    const lists = { ...sceneOf([]).ui.lists, trials: { selected: null, query: 'nowhere' } }
    const rows = shot(sceneOf(run(61), {}, { page: 'trials', lists }), 80, 24)
    expect(rows).toContain('trials none: all, with nowhere, by number ↓')
    expect(rows).toContain('no trial is like that')
  })
})

describe('the front', () => {
  /** Costs that fall and rise, so that some trials better others. */
  const spread = run(61).map((event): RunEvent => {
    if (event.type !== 'trial-told' || event.state.kind !== 'finished') return event
    const { evaluation, reward } = event.state
    const macs = 4_000_000 + ((event.trial * 37 + 45) % 60) * 40_000
    const state = {
      ...event.state,
      evaluation: { ...evaluation, cost: { ...evaluation.cost, macs } },
      reward: reward - 0.2 + macs / 4e7,
    }
    return { ...event, state }
  })

  it('is drawn among all trials, with the limit', () => {
    const scene = sceneOf(spread, {}, { page: 'pareto' })
    expect(shot(scene, 80, 24)).toBe(`
pare · runs/resnet · models/resnet20.onnx · agent ddpg · seed 1 · backend wasm …
 1 overview  2 layers  3 trials [4 pareto] 5 workers  6 log
learning: 61 of 200 trials told, 4 in flight
██████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 31 %  61/200 trials  2 m 14 s left
─ val over MACs: 8 of 58 trials on the front ───────────────────────────────────
85.30 % ┤                    ⠠⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤B⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉
        ┤         ●⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤●         ⠈                          ⠠     ⠁      ┊
        ┤   ●⠤⠤⠤⠤●⠤              ⠠          ⠁⠄    ⠄   ⠠ ⠄                    ⠄ ┊
        ┤  ●⠁         ⠁⠂                                   ⢀⢀                  ┊
        ┤                 ⢀⠈    ⠐     ⡀         ⠈                ⠂    ⠄        ┊
        ┤       ⠄                    ⠁                                     ⠠   ┊
        ┤ ●⠄                               ⠁         ⢀          ⠂         ⠈    ┊
72.65 % ┤      ⠂    ⢀          ⡀         ⠐                                     ┊
        ┤●⡀                                    ⢀    ⠈     ⡀                    ┊
        ┤          ⠈     ⠠                                          ⠐          ┊
        ┤                     ⡀     ⡀         ⢀          ⠄     ⠁               ┊
        ┤                                                          ⢀           ┊
        ┤    ⢀          ⠄                                                ⠈     ┊
        ┤                         ⠐     ⠐                                      ┊
60.00 % ┤                                          ⠄         ⢀                ⠂┊
         4.00 M                                                           6.41 M
● front   B best   ┊ budget 6,412,288   original 92.50 %
q stop (the run is saved)   ? help   x cost
`)
  })

  it('is drawn in ASCII, and listed where there is room', () => {
    const scene = sceneOf(spread, { theme: inAscii }, { page: 'pareto' })
    expect(shot(scene, 110, 20)).toBe(`
pare | runs/resnet | models/resnet20.onnx | agent ddpg | seed 1 | backend wasm | 2 workers
 1 overview  2 layers  3 trials [4 pareto] 5 workers  6 log
learning: 61 of 200 trials told, 4 in flight
#######################.................................................... 31 %  61/200 trials  2 m 14 s left
- val over MACs: 8 of 58 trials on the front -------------------  - the front, best first --------------------
85.30 % |               o........................B..............  trial      val       MACs  of orig.
        |       o........       .   .                .   .     :    #60  85.30 %  5,800,000    45.2 %
        |  oo..o.  ..       .        .  .   ..  .            . :    #56  84.23 %  4,680,000    36.5 %
        |             ..   .  ..       .        .   .   .      :    #59  82.68 %  4,320,000    33.7 %
        | o.  .                    .               .       ..  :    #46  81.17 %  4,280,000    33.4 %
72.65 % |    .    .       .       .       ..                   :    #54  80.94 %  4,120,000    32.1 %
        |o.      .    .                .       .       .       :    #41  80.34 %  4,080,000    31.8 %
        |                .    .       .       .   .            :    #28  74.19 %  4,040,000    31.5 %
        |            .                                .   .    :    #15  70.10 %  4,000,000    31.2 %
        |    .               .   .                             :
60.00 % |                                .       .            .:
         4.00 M                                           6.41 M
o front   B best   : budget 6,412,288   original 92.50 %
q stop (the run is saved)   ? help   x cost
`)
  })
})

it('the workers are shown with their pace, and what is under way', () => {
  const events = run(61).map(
    (event): RunEvent =>
      event.type === 'trial-told'
        ? { ...event, memory: { process: (300 + event.trial) * 2 ** 20, worker: 60 * 2 ** 20 } }
        : event,
  )
  const at = events.at(-1)!.at - 2000
  const task = { kind: 'trial', trial: 61, steps: 0 } as const
  events.splice(events.findLastIndex(event => event.at <= at) + 1, 0, {
    at,
    type: 'task-begun',
    worker: 1,
    task,
  })
  expect(shot(sceneOf(events, {}, { page: 'workers' }), 80, 20)).toBe(`
pare · runs/resnet · models/resnet20.onnx · agent ddpg · seed 1 · backend wasm …
 1 overview  2 layers  3 trials  4 pareto [5 workers] 6 log
learning: 61 of 200 trials told, 4 in flight
██████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 31 %  61/200 trials  2 m 14 s left
─ the process ──────────────────────────────────────────────────────────────────
2 worker threads   0 replaced   4 trials in flight   1.0/s evaluated
memory 360 MiB, at most 360 MiB  ▁▁▁▁▂▂▂▂▂▂▂▃▃▃▃▃▃▄▄▄▄▄▄▄▅▅▅▅▅▅▆▆▆▆▆▆▆▇▇▇▇▇▇████
of the whole process, all its threads included, after each trial
─ workers ──────────────────────────────────────────────────────────────────────
worker  at work on   trials      pace    mean     last trial  ago  own memory
     0  -                30  31.6/min  323 ms  #60 in 324 ms  4 s      60 MiB
     1  #61 for 2 s      29  31.1/min  323 ms  #59 in 323 ms  5 s      60 MiB
─ under way ────────────────────────────────────────────────────────────────────
trial #61  evaluated or waiting for its turn, begun 3 s ago
trial #62  evaluated or waiting for its turn, begun 2 s ago
trial #63  evaluated or waiting for its turn, begun 1 s ago
trial #64  evaluated or waiting for its turn, begun 0 s ago

q stop (the run is saved)   ? help
`)
})

describe('the log', () => {
  it('ends with the newest line', () => {
    expect(without(shot(sceneOf(run(61), {}, { page: 'log' }), 80, 16))).toBe(`
pare · runs/resnet · models/resnet20.onnx · agent ddpg · seed 1 · backend wasm …
 1 overview  2 layers  3 trials  4 pareto  5 workers [6 log]
learning: 61 of 200 trials told, 4 in flight
██████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 31 %  61/200 trials  2 m 14 s left
─ log: 64 lines, newest last ───────────────────────────────────────────────────
  hh:mm:ss  trial 52 (53/200) finished  val 82.67 %  MACs 6,401,024 (49.9 %)  r…
  hh:mm:ss  trial 53 (54/200) finished  val 83.72 %  MACs 6,401,024 (49.9 %)  r…
  hh:mm:ss  trial 54 (55/200) finished  val 80.94 %  MACs 6,401,024 (49.9 %)  r…
  hh:mm:ss  trial 55 (56/200) finished  val 81.05 %  MACs 6,401,024 (49.9 %)  r…
  hh:mm:ss  trial 56 (57/200) finished  val 84.23 %  MACs 6,401,024 (49.9 %)  r…
  hh:mm:ss  trial 57 (58/200) finished  val 83.72 %  MACs 6,401,024 (49.9 %)  r…
  hh:mm:ss  trial 58 (59/200) finished  val 81.09 %  MACs 6,401,024 (49.9 %)  r…
  hh:mm:ss  trial 59 (60/200) finished  val 82.68 %  MACs 6,401,024 (49.9 %)  r…
  hh:mm:ss  trial 60 (61/200) finished  val 85.30 %  MACs 6,401,024 (49.9 %)  r…
q stop (the run is saved)   ? help   j k move   / search
`)
  })

  it('shows a selected line in full', () => {
    const lists = { ...sceneOf([]).ui.lists, log: { selected: 46, query: 'not a number' } }
    const rows = without(shot(sceneOf(run(61), {}, { page: 'log', lists }), 60, 15))
    expect(rows).toContain('log: 1 line with not a number, line 1')
    expect(rows).toContain(
      '> hh:mm:ss  trial 44 (45/200) failed: the loss is not a\n  number in layer block2.conv1',
    )
  })
})

it('the help names every key, at 80x24 all of them', () => {
  const powers = { detach: true, pause: true }
  expect(shot(sceneOf(run(61), { powers }, { help: true }), 80, 24)).toBe(`
pare · runs/resnet · models/resnet20.onnx · agent ddpg · seed 1 · backend wasm …
[1 overview] 2 layers  3 trials  4 pareto  5 workers  6 log
learning: 61 of 200 trials told, 4 in flight
██████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 31 %  61/200 trials  2 m 14 s left
─ keys ─────────────────────────────────────────────────────────────────────────
q          stop (the run is saved); Ctrl-C too
?          this help, and back
1-6        views; Tab and the arrows left and right go through them
p          pause: begin no new trial, or go on
d          detach: leave the run to itself
j k        down and up; arrows too (layers, trials, log)
/          search; Enter keeps it, Esc ends it (layers, trials, log)
Enter      all about the trial, and back (trials)
s S        sort by number, val, reward, cost, time; S turns it (trials)
f          show all, finished, cached, failed, front (trials)
x          the next cost beside the score (pareto, trials)
PgUp PgDn  a page up or down; Space and b too (layers, trials, log)
g G        first and last; Home and End too (layers, trials, log)
r          draw the screen anew; Ctrl-L too



q stop (the run is saved)   ? help   p pause   d detach
`)
  const powerless = shot(sceneOf(run(61), {}, { help: true }), 80, 24)
  expect(powerless).not.toMatch(/^[dp] /m)
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

  it.each(pages)('has a frame of %s one row short of it, no wider, with the keys last', page => {
    for (const events of states) {
      const scene = sceneOf(events, {}, { page, details: true })
      for (const [width, height] of sizes) {
        const rows = framed(scene, { width, height })
        const name = `${events.length} events at ${width}x${height}`
        expect(rows.length, name).toBe(height - 1)
        expect(Math.max(...rows.map(columnsOf)), name).toBeLessThanOrEqual(width)
        expect(rows.at(-1), name).toMatch(/^q /)
      }
    }
  })

  it('that is too small is told which one is needed', () => {
    expect(shot(sceneOf(run(61)), 59, 40)).toBe('\npare needs at least 60x15, this is 59x40; q stops\n')
    expect(shot(sceneOf(run(61)), 20, 5)).toBe('\npare needs at least…\n')
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
  const events = [started({ groups, workers: 48 }), ...workers]

  it('say how many layers are not shown', () => {
    const rows = framed(sceneOf(events), { width: 120, height: 40 })
    const right = rows.map(row => row.slice(67))
    const from = right.findIndex(row => row.startsWith('─ channels kept by #0 ──'))
    expect(right[from + 1]).toBe('…s.0/conv/Conv.weight █████████████████ 960/960 100 %')
    expect(right.some(row => /^\+\d+ more$/.test(row))).toBe(true)
  })

  it('say how many workers are not shown', () => {
    const rows = framed(sceneOf(events, {}, { page: 'workers' }), { width: 120, height: 30 })
    expect(rows.some(row => row.startsWith('─ workers (16 with no trial yet) ─'))).toBe(true)
    expect(rows.some(row => /^\+\d+ more$/.test(row))).toBe(true)
  })
})

describe('what comes from outside', () => {
  const nasty = '\u001b[31m\u001b[5A\nx\ty 名前がとても長いモデルの名前がとても長いモデルの名前'
  const events = [
    started({ run: nasty, model: nasty, groups: [{ name: nasty, size: 8 }] }),
    told(0, { kind: 'failed', reason: nasty }),
  ]

  it.each(pages)('breaks no row of %s', page => {
    const rows = framed(sceneOf(events, {}, { page }), { width: 80, height: 24 })
    expect(rows).toHaveLength(23)
    expect(rows.join('')).not.toContain('\u001b')
    expect(Math.max(...rows.map(columnsOf))).toBeLessThanOrEqual(80)
    expect(shot(sceneOf(events, { theme: inAscii }, { page }), 80, 24)).toMatch(/^[\x20-\x7e\n]+$/)
  })
})

it.each(pages)('%s shows the same words with colours and without', page => {
  const coloured = shot(sceneOf(run(61), { theme: { glyphs: unicode, colors: true } }, { page }), 80, 24)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with one
  const stripped = coloured.replace(/\u001b\[[0-9;]*m/g, '')
  const trimmed = (text: string) => text.replace(/ +$/gm, '')
  expect(trimmed(stripped)).toBe(trimmed(shot(sceneOf(run(61), {}, { page }), 80, 24)))
})
