import { describe, expect, it } from 'vitest'
import { parseMetric } from '../../../src/cli/options/metric-option.js'
import { planGoals } from '../../../src/evaluate/goals/plan.js'

const outputs = [
  { name: 'logits', shape: [5] },
  { name: 'mask', shape: [3, 2, 2] },
  { name: 'depth', shape: [1, 2, 2] },
]
const integers = (shape: readonly number[], ...values: number[]) => ({
  values: Int32Array.from(values),
  shape,
})
const floats = (shape: readonly number[], ...values: number[]) => ({
  values: Float32Array.from(values),
  shape,
})
const none = { classes: 0, targets: {} }
const plan = (metric: string | undefined, given: Parameters<typeof planGoals>[2], of = outputs) =>
  planGoals(parseMetric(metric), of, given)
const brief = (goals: ReturnType<typeof planGoals>) =>
  goals.map(({ index, metric, kind, weight, places }) => [index, metric, kind, weight, places])

describe('what is scored', () => {
  it('is the class of the first output where samples have one', () => {
    expect(brief(plan(undefined, { classes: 5, targets: {} }))).toEqual([[0, 'top1', 'classes', 1, 1]])
    expect(brief(plan('f1', { classes: 4, targets: {} }))).toEqual([[0, 'f1', 'classes', 1, 1]])
  })

  it('is every output that the data have something for, by what it is', () => {
    const targets = {
      ...{ depth: floats([2, 2], 1, 2, 3, 4), mask: integers([2, 2], 0, 1, 2, 0), logits: integers([], 4) },
    }
    expect(brief(plan(undefined, { classes: 0, targets }))).toEqual([
      [0, 'top1', 'classes', 1, 1],
      [1, 'iou', 'classes', 1, 4],
      [2, 'mse', 'numbers', 1, 1],
    ])
    expect(brief(plan('mask=top1,logits=fidelity:0.25', { classes: 0, targets }))).toEqual([
      [1, 'top1', 'classes', 1, 4],
      [0, 'fidelity', 'classes', 0.25, 1],
    ])
  })

  it('is fidelity to all outputs without labels, classes where an output has one row of scores', () => {
    expect(brief(plan(undefined, none))).toEqual([
      [0, 'fidelity', 'classes', 1, 1],
      [1, 'fidelity', 'numbers', 1, 1],
      [2, 'fidelity', 'numbers', 1, 1],
    ])
    expect(brief(plan('mask=iou', none))).toEqual([[1, 'iou', 'classes', 1, 4]])
    expect(brief(plan('logits=mse', none))).toEqual([[0, 'mse', 'numbers', 1, 1]])
  })

  it('reads whole numbers as numbers where the output has their shape', () => {
    const of = [{ name: 'count', shape: [1] }]
    expect(brief(plan(undefined, { classes: 0, targets: { y: integers([], 7) } }, of))).toEqual([
      [0, 'mse', 'numbers', 1, 1],
    ])
  })
})

describe('a mask of one channel', () => {
  const [bits, ones] = [integers([2, 2], 0, 1, 1, 0), floats([1, 2, 2], 0, 1, 1, 0)]
  const given = (depth: Parameters<typeof planGoals>[2]['targets'][string]) => ({
    classes: 0,
    targets: { depth },
  })
  const read = (metric: string | undefined, data: Parameters<typeof planGoals>[2], of = outputs) =>
    plan(metric, data, of).map(({ kind, places, single, metric }) => [kind, places, single, metric])

  it('is told by whole numbers that are 0 or 1, or by asking for a metric of classes', () => {
    expect(read(undefined, given(bits))).toEqual([['classes', 4, 'logits', 'iou']])
    expect(read('fidelity', given(bits))).toEqual([['classes', 4, 'logits', 'fidelity']])
    expect(read('iou', given(ones))).toEqual([['classes', 4, 'logits', 'iou']])
    expect(read('depth=iou', none)).toEqual([['classes', 4, 'logits', 'iou']])
  })

  it('is none where numbers are given or asked for', () => {
    const numbers = [['numbers', 1, undefined, 'mse']]
    expect(read(undefined, given(ones))).toEqual(numbers)
    expect(read('mse', given(bits))).toEqual(numbers)
    expect(read(undefined, given(integers([2, 2], 0, 1, 2, 0)))).toEqual(numbers)
    const several = [{ name: 'depth', shape: [2, 2] }]
    expect(read(undefined, given(bits), several)).toEqual(numbers)
  })

  it('may have the channel behind the places, as TF.js does', () => {
    const of = [{ name: 'depth', shape: [2, 2, 1] }]
    expect(read(undefined, given(bits), of)).toEqual([['classes', 4, 'logits', 'iou']])
  })

  it('has probabilities where the output does', () => {
    const of = [{ name: 'depth', shape: [1, 2, 2], isProbability: true }]
    expect(read(undefined, given(bits), of)).toEqual([['classes', 4, 'probabilities', 'iou']])
    expect(read('iou', none, of)).toEqual([['classes', 4, 'probabilities', 'iou']])
  })
})

describe('what cannot be is told in one line', () => {
  it.each([
    ['top9', none, /^--metric: expected one of top1, .*, found top9$/],
    ['logits=top1:0', none, /^--metric: expected .*, found logits=top1:0$/],
    ['top1,mse', none, /of several metrics each names its output/],
    ['other=mse', none, /^--metric: expected one of the outputs logits, mask, depth, found other$/],
    ['top1', none, /^--metric top1: the data have no labels for output logits, expected one of fidelity, /],
    [
      'mse',
      { classes: 5, targets: {} },
      /^--metric mse: the data have classes for output logits, expected one of /,
    ],
    [undefined, { classes: 6, targets: {} }, /^the data have 6 classes, the model tells only 5 apart$/],
    [
      undefined,
      { classes: 0, targets: { other: floats([5]) } },
      /^array other of the data: expected the name of an output \(logits, mask, depth\), found none so called$/,
    ],
    [
      undefined,
      { classes: 0, targets: { depth: floats([3, 3]) } },
      /^output depth: expected the shape of array depth, \[n,3,3\], found shape \[n,1,2,2\]$/,
    ],
    [
      undefined,
      { classes: 0, targets: { mask: integers([2, 2], 0, 1, 3, 0) } },
      /^array mask of the data: expected classes 0 to 2, as output mask has, found 3$/,
    ],
    [
      undefined,
      { classes: 0, targets: { mask: integers([4, 4], 0) } },
      /^output mask: expected scores of classes \[n,classes,4,4\] for array mask, found shape \[n,3,2,2\]$/,
    ],
    [
      'iou',
      { classes: 0, targets: { depth: integers([2, 2], 0, 255, 0, 0) } },
      /^--metric iou: expected a mask of 0 and 1 in array depth of the data, .*, found 255$/,
    ],
  ])('%s', (metric, given, message) => {
    expect(() => plan(metric, given)).toThrow(message)
  })
})
