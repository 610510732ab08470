import { describe, expect, it } from 'vitest'
import { progressLines } from '../../../src/cli/finetune/progress.js'
import type { Graph } from '../../../src/graph/types.js'

const graph = { name: 'any' } as Graph
const SECOND = 1000

/** What is written while two epochs of five steps go by, each step a number of seconds, then a judgement. */
function written(
  { terminal = false, generations = 1 }: { terminal?: boolean; generations?: number },
  secondsPerStep: number,
): string {
  let [text, time] = ['', 0]
  const write = (more: string) => {
    text += more
  }
  const lines = progressLines(write, { terminal, generations }, () => time)
  for (let generation = 1; generation <= generations; generation++) {
    lines.judged({ generation, epoch: 0, accuracy: 0.5, graph, qualifies: true })
    for (const epoch of [1, 2]) {
      for (const i of [1, 2, 3, 4, 5]) {
        time += secondsPerStep * SECOND
        lines.stepped({ generation, epoch, epochs: 2, step: (epoch - 1) * 5 + i, steps: 10, loss: i * epoch })
      }
      lines.judged({ generation, epoch, accuracy: [0.75, 0.7][epoch - 1]!, graph, qualifies: true })
    }
  }
  lines.close()
  return text
}

describe('progress of fine-tuning', () => {
  it('is a line an epoch, with the mean loss, the best so far and the time left', () => {
    expect(written({}, 1).split('\n')).toEqual([
      'start: val accuracy 50.00 %',
      'epoch 1/2: loss 3.0000, val accuracy 75.00 %, the best so far, 5 s left',
      'epoch 2/2: loss 6.0000, val accuracy 70.00 %',
      '',
    ])
  })

  it('says where it is every ten seconds of a long epoch', () => {
    expect(written({}, 7).split('\n').slice(1, 4)).toEqual([
      'epoch 1/2, step 2/10: loss 1.5000, 56 s left',
      'epoch 1/2, step 4/10: loss 2.5000, 42 s left',
      'epoch 1/2: loss 3.0000, val accuracy 75.00 %, the best so far, 35 s left',
    ])
  })

  it('counts generations, and the time of all of them', () => {
    const lines = written({ generations: 2 }, 1).split('\n')
    expect(lines[1]).toBe(
      'generation 1/2, epoch 1/2: loss 3.0000, val accuracy 75.00 %, the best so far, 15 s left',
    )
    // As good as the best of the first generation is no better.
    expect(lines[4]).toBe('generation 2/2, epoch 1/2: loss 3.0000, val accuracy 75.00 %, 5 s left')
  })

  it('has control codes in a terminal only, where a line is written over', () => {
    expect(written({}, 7)).not.toContain('\u001b')
    const shown = written({ terminal: true }, 7).split('\n')
    expect(shown).toHaveLength(4)
    expect(shown[1]!.split('\r\u001b[2K')).toHaveLength(7)
  })
})
