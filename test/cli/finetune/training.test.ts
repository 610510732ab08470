import { expect, it } from 'vitest'
import { finetuneOptions } from '../../../src/cli/finetune/options.js'
import { trainingOf } from '../../../src/cli/finetune/training.js'
import { parseOptions } from '../../../src/cli/options/options.js'

const training = (flags: object) =>
  trainingOf(
    parseOptions(finetuneOptions, { model: 'm.onnx', data: 'data', out: 'out.onnx', ...flags }),
    'wasm',
  )

it('takes what is usual where the flags do not say', () => {
  expect(training({})).toMatchObject({
    ...{ distill: 'none', temperature: 3, distillation: 0.7, sparsity: null },
    ...{ optimizer: 'sgd', learningRate: 0.02, weightDecay: 1e-4 },
  })
  expect(training({ teacher: 't.onnx', optimizer: 'adamw' })).toMatchObject({
    ...{ distill: 'soft', learningRate: 0.001, weightDecay: 0.01 },
  })
  expect(training({ sparsity: '0.8' }).sparsity).toEqual({
    target: { kind: 'share', share: 0.8 },
    schedule: 'gradual',
  })
  expect(training({ sparsity: '2:4' }).sparsity?.target).toEqual({ kind: 'pattern', keep: 2, of: 4 })
})

it('takes what the flags say', () => {
  const flags = { teacher: 't.onnx', temperature: '2', distillation: '1', weightDecay: '0' }
  expect(training(flags)).toMatchObject({ temperature: 2, distillation: 1, weightDecay: 0 })
  const sparse = training({ sparsity: '50%', sparsitySchedule: 'iterative' })
  expect(sparse.sparsity?.schedule).toBe('iterative')
})

it.each<[object, RegExp]>([
  [{ sparsitySchedule: 'gradual' }, /^--sparsity-schedule: .*pass --sparsity$/],
  [{ sparsity: '2:4', sparsitySchedule: 'gradual' }, /^--sparsity-schedule: .* come at once$/],
  [{ sparsity: 'much' }, /^--sparsity: expected .* found much$/],
  [{ temperature: '2' }, /^--temperature: nobody teaches/],
  [{ distillation: '0.5' }, /^--distillation: nobody teaches/],
  [{ teacher: 't.onnx', temperature: '0' }, /^--temperature: /],
  [{ teacher: 't.onnx', distillation: '1.1' }, /^--distillation: /],
  [{ distill: 'hints' }, /^--distill hints: nobody teaches/],
  [{ weightBits: '1', sparsity: '0.5' }, /^--weight-bits: .* --sparsity$/],
  [{ weightBits: '1', fromScratch: true }, /^--weight-bits: .* --from-scratch$/],
  [{ weightBits: '1', scaleL1: '0.1' }, /^--weight-bits: .* --scale-l1$/],
  [{ generations: 2, distill: 'none' }, /^--generations: .* forbids$/],
])('refuses %j', (flags, message) => {
  expect(() => training(flags)).toThrow(message)
})
