import { describe, expect, it } from 'vitest'
import type { RunEvent } from '../../src/search/events.js'
import { plainLine } from '../../src/ui/plain.js'
import { emptyView, reduce } from '../../src/ui/state.js'
import { climbing, ending, finals, finished, original, run, started, told } from './events.js'

function linesOf(events: readonly RunEvent[]): readonly string[] {
  let view = emptyView
  return events.flatMap(event => {
    view = reduce(view, event)
    const line = plainLine(event, view)
    return line === null ? [] : [line]
  })
}

const baseline: RunEvent = { at: 0, type: 'baseline', report: { ...original, latencyMs: null } }

describe('plain lines', () => {
  it('tell a run from its start', () => {
    expect(linesOf(run(2))).toEqual([
      'started runs/resnet: model models/resnet20.onnx; macs <= 6,412,288 (50.0 % of 12,824,576); agent ddpg, seed 1, 200 trials, 2 workers, backend wasm',
      'original  val 92.50 % (n 5,000)  MACs 12,824,576',
      'preparing: calibration',
      'trial 0 (1/200) finished  val 60.00 %  MACs 6,401,024 (49.9 %)  reward 0.6000  best 60.00 % (#0)',
      'trial 1 (2/200) finished  val 62.72 %  MACs 6,401,024 (49.9 %)  reward 0.6272  best 62.72 % (#1)',
    ])
  })

  it('mark cached trials and give the reason of failed ones', () => {
    const events = [
      started(),
      baseline,
      told(3, finished(0.9)),
      told(4, finished(0.9, 3)),
      told(5, { kind: 'failed', reason: 'NaN\n  at step 3' }),
    ]
    expect(linesOf(events).slice(-2)).toEqual([
      'trial 4 (5/200) finished, cached from #3  val 90.00 %  MACs 6,401,024 (49.9 %)  reward 0.9000  best 90.00 % (#3)',
      'trial 5 (6/200) failed: NaN at step 3',
    ])
  })

  it('tell the rungs of the ladder', () => {
    expect(linesOf([...run(200), ...climbing]).slice(-4)).toEqual([
      'rung 1: the best 6 trials get 32 steps of fine-tuning',
      'rung 1, trial 196 (1/6)  val 92.01 %  MACs 6,401,024 (49.9 %)  best 92.01 % (#196)',
      'rung 1, trial 185 (2/6) failed: the loss is NaN at step 3',
      'rung 1, trial 190 (3/6)  val 92.15 %  MACs 6,401,024 (49.9 %)  best 92.15 % (#190)',
    ])
  })

  it('tell the last rung and the end', () => {
    expect(linesOf([...run(200), ...finals, ...ending]).slice(-10)).toEqual([
      'finalist 2/3 (#185) fine-tuning  before: val 91.42 %  MACs 6,401,024 (49.9 %)',
      'finalist 1/3 (#196) step 50/200 (25 %)  epoch 1/4  loss 0.3124',
      'finalist 2/3 (#185) step 40/200 (20 %)  epoch 1/4  loss 0.3301',
      'finalist 1/3 (#196) done  val before 91.67 %  val 92.36 %  MACs 6,401,024 (49.9 %)',
      'finalist 2/3 (#185) failed: worker 1 ended: out of memory',
      'finalist 3/3 (#190) fine-tuning  before: val 91.37 %  MACs 6,401,024 (49.9 %)',
      'finalist 3/3 (#190) done  val before 91.37 %  val 91.99 %  MACs 6,401,024 (49.9 %)',
      'original  val 92.50 % (n 5,000)  test 92.14 % (n 10,000)  MACs 12,824,576  latency 0.290 ms',
      'chosen #196  val 92.36 %  test 92.01 %  MACs 6,401,024 (49.9 %)  latency 0.171 ms  file runs/resnet/best.onnx',
      'finished: result in runs/resnet/best.onnx',
    ])
  })

  it.each([
    [1, 10],
    [3, 9],
    [60, 6],
  ])('tell of each tenth of a finalist once: of reports every %i steps %i lines', (every, lines) => {
    const steps = 400
    const progress = Array.from({ length: Math.floor(steps / every) }, (_, i): RunEvent => {
      const step = (i + 1) * every
      return { at: step, type: 'finalist-progress', trial: 196, epoch: 1, epochs: 1, step, steps, loss: 0.1 }
    })
    const told = linesOf([...run(200), finals[0]!, ...progress]).filter(line => line.includes(' step '))
    expect(told).toHaveLength(lines)
  })

  it('hold no control codes, whatever the names and reasons hold', () => {
    const nasty = '\u001b[31m\u001b]0;title\u0007x\r\n\ty\u009b1m\u2028'
    const events: RunEvent[] = [
      started({ run: nasty, model: nasty }),
      { at: 0, type: 'preparing', step: nasty },
      told(0, { kind: 'failed', reason: nasty }),
      { at: 1, type: 'finalist-failed', trial: 0, reason: nasty },
      { at: 1, type: 'run-ended', outcome: 'failed', message: nasty },
      ...run(200),
      ...finals,
      ...ending,
    ]
    const text = linesOf(events).join('')
    expect(text).toContain('x y')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/)
  })
})
