import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import {
  createJudgements,
  type Judgements,
  madeOf,
  writeBestSoFar,
} from '../../../src/cli/finetune/judgements.js'
import { explain, Interrupted } from '../../../src/cli/options/error.js'
import { writeOnnx } from '../../../src/formats/onnx/write.js'
import { DivergedError } from '../../../src/train/finetune.js'
import { emptyFolder } from '../../fixtures/folder.js'
import { smallNet } from '../../fixtures/small-net.js'

type Row = readonly [generation: number, epoch: number, accuracy: number, qualifies: boolean]

/** Judgements of nets that differ, one a row. */
function judgementsOf(generations: number, rows: readonly Row[]): Judgements {
  const judgements = createJudgements(generations)
  rows.forEach(([generation, epoch, accuracy, qualifies], i) => {
    judgements.add({ generation, epoch, accuracy, qualifies, graph: smallNet(i) })
  })
  return judgements
}

const diverged = new DivergedError('the loss is NaN at step 9 of 10: lower the learning rate')

it('has a training make the best of those that qualify, the first among equals', () => {
  const rows: Row[] = [
    [1, 0, 0.9, false],
    [1, 1, 0.6, true],
    [1, 2, 0.7, true],
    [2, 0, 0.9, false],
    [2, 1, 0.7, true],
  ]
  expect(madeOf(judgementsOf(2, rows))).toMatchObject({ generation: 1, epoch: 2, graph: smallNet(2) })
})

it('has a training fail that made none with all its zeros', () => {
  const rows: Row[] = [
    [1, 0, 0.9, false],
    [1, 1, 0.8, false],
  ]
  expect(() => madeOf(judgementsOf(1, rows))).toThrow('all the zeros that were asked for; nothing is written')
})

const start: Row = [1, 0, 0.9, true]

it.each<[string, Interrupted | DivergedError, number, readonly Row[], number, string, number | null]>([
  [
    'interrupted early',
    new Interrupted('interrupted'),
    1,
    [start],
    130,
    'interrupted before the first epoch was done; nothing is written',
    null,
  ],
  [
    'interrupted late',
    new Interrupted('interrupted'),
    1,
    [start, [1, 1, 0.95, true]],
    130,
    'interrupted; FILE has the best so far, epoch 1 with val accuracy 95.00 %',
    1,
  ],
  [
    'interrupted without its zeros',
    new Interrupted('interrupted'),
    1,
    [
      [1, 0, 0.9, false],
      [1, 1, 0.8, false],
    ],
    130,
    'interrupted; FILE has the best so far, the start, which has not all the zeros yet, with val accuracy 90.00 %',
    0,
  ],
  [
    'interrupted in the second generation',
    new Interrupted('interrupted'),
    2,
    [start, [1, 1, 0.95, true], [2, 0, 0.9, true], [2, 1, 0.96, true], [2, 2, 0.8, true]],
    130,
    'interrupted; FILE has the best so far, epoch 1 of generation 2 with val accuracy 96.00 %',
    3,
  ],
  [
    'diverged early',
    diverged,
    1,
    [start],
    1,
    `${diverged.message}; nothing is written: no epoch was done`,
    null,
  ],
  [
    'diverged late',
    diverged,
    1,
    [start, [1, 1, 0.95, true]],
    1,
    `${diverged.message}; FILE has the best so far, epoch 1 with val accuracy 95.00 %`,
    1,
  ],
  [
    'diverged without its zeros',
    diverged,
    1,
    [
      [1, 0, 0.9, false],
      [1, 1, 0.8, false],
    ],
    1,
    `${diverged.message}; nothing is written: no epoch ended with all the zeros`,
    null,
  ],
])(
  'a training that %s writes the best so far, or says why not',
  async (_, cause, generations, rows, code, line, net) => {
    const path = join(emptyFolder(), 'best.onnx')
    const end = await writeBestSoFar(cause, judgementsOf(generations, rows), { format: 'onnx', path })
    expect(explain(end)).toEqual({ code, line: line.replace('FILE', path) })
    if (net === null) expect(existsSync(path)).toBe(false)
    else expect(readFileSync(path).equals(writeOnnx(smallNet(net)))).toBe(true)
  },
)
