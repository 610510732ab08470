import type { DataSet } from '../../data/dataset.js'
import { DataError } from '../../data/error.js'
import type { MetricName } from '../../data/goals.js'
import type { SingleChannel } from '../../data/single-channel.js'
import type { Target } from '../../data/target.js'
import { elementCount } from '../../graph/tensor.js'
import { GraphError } from '../../graph/types.js'

/** What the user asks an output to be scored by; null for the output that there is. */
export interface AskedMetric {
  readonly output: string | null
  readonly metric: MetricName
  readonly weight: number
}

/** An output of a model, with its shape for one sample. */
export interface ModelOutput {
  readonly name: string
  readonly shape: readonly number[]
  /** Whether it holds probabilities, each for itself. */
  readonly isProbability?: boolean
}

/** How an output is read, and what says what it should be: the classes of the samples, a named array, or the original. */
export interface PlannedGoal {
  readonly name: string
  readonly index: number
  readonly metric: MetricName
  readonly weight: number
  readonly kind: 'classes' | 'numbers'
  /** Places that have a class each. */
  readonly places: number
  /** See `Goal`. */
  readonly single?: SingleChannel
  /** Of one sample. */
  readonly shape: readonly number[]
  readonly truth: 'labels' | { readonly target: string } | null
}

/** What of a data set the goals depend on; `targets` as in each split. */
export interface Given extends Pick<DataSet, 'classes'> {
  readonly targets: Readonly<Record<string, Target>>
}

/** The array of the only target, where the data set names no output. */
const ONLY = 'y'

/**
 * What is scored of a model on a data set. Where nothing is asked: outputs that the data have something for, classes by top-1,
 * masks by IoU, numbers by their error; without labels all outputs by their fidelity.
 * @throws DataError, GraphError for data, outputs and metrics that do not fit each other.
 */
export function planGoals(
  asked: readonly AskedMetric[],
  outputs: readonly ModelOutput[],
  given: Given,
): readonly PlannedGoal[] {
  const truths = truthsOf(outputs, given, asked)
  const chosen = asked.some(({ output }) => output !== null)
    ? asked.map(({ output }) => indexOf(outputs, output ?? ''))
    : truths.size > 0
      ? [...truths.keys()].sort((a, b) => a - b)
      : outputs.map((_, index) => index)
  return chosen.map(index => {
    const output = outputs[index]!
    const wish = asked.find(({ output: name }) => name === null || name === output.name)
    return planned(output, index, truths.get(index) ?? null, wish, given)
  })
}

/** What the data have, by the output that it is for. */
function truthsOf(
  outputs: readonly ModelOutput[],
  { classes, targets }: Given,
  asked: readonly AskedMetric[],
): ReadonlyMap<number, NonNullable<PlannedGoal['truth']>> {
  const named = asked.length === 1 ? asked[0]?.output : null
  const only = typeof named === 'string' ? indexOf(outputs, named) : 0
  if (classes > 0) return new Map([[only, 'labels']])
  return new Map(
    Object.keys(targets).map(target => {
      const index = outputs.findIndex(({ name }) => name === target)
      if (index >= 0) return [index, { target }]
      if (target === ONLY && Object.keys(targets).length === 1) return [only, { target }]
      throw new DataError(
        `array ${target} of the data: expected the name of an output (${outputs.map(({ name }) => name).join(', ')}), found none so called`,
      )
    }),
  )
}

function indexOf(outputs: readonly ModelOutput[], wanted: string): number {
  const index = outputs.findIndex(({ name }) => name === wanted)
  if (index >= 0) return index
  throw new GraphError(
    `--metric: expected one of the outputs ${outputs.map(({ name }) => name).join(', ')}, found ${wanted}`,
  )
}

function planned(
  output: ModelOutput,
  index: number,
  truth: PlannedGoal['truth'],
  wish: AskedMetric | undefined,
  given: Given,
): PlannedGoal {
  const { usual, allowed, ...reading } = readingOf(output, truth, wish?.metric, given)
  const metric = wish?.metric ?? usual
  if (!allowed.includes(metric)) {
    const have = truth === null ? 'no labels' : reading.kind === 'classes' ? 'classes' : 'numbers'
    throw new GraphError(
      `--metric ${metric}: the data have ${have} for output ${output.name}, expected one of ${allowed.join(', ')}`,
    )
  }
  const { name, shape } = output
  return { name, shape, index, metric, weight: wish?.weight ?? 1, truth, ...reading }
}

interface Reading extends Pick<PlannedGoal, 'kind' | 'places' | 'single'> {
  readonly usual: MetricName
  readonly allowed: readonly MetricName[]
}

const ofClasses = ['top1', 'top5', 'loss', 'f1', 'iou', 'fidelity'] as const
const ofNumbers = ['mse', 'fidelity'] as const
const ofOriginal = ['fidelity', 'loss', 'mse', 'iou'] as const

/** How an output is read. Of one that only the original explains, a row of several values is taken as scores of classes. */
function readingOf(
  output: ModelOutput,
  truth: PlannedGoal['truth'],
  metric: MetricName | undefined,
  { classes, targets }: Given,
): Reading {
  const { name, shape } = output
  if (truth === null) {
    if (metric === 'iou' && isOneChannel(shape))
      return { ...ofOneChannel(output), usual: 'fidelity', allowed: ofOriginal }
    const areClasses = metric === 'iou' || (metric !== 'mse' && shape.length === 1 && shape[0]! > 1)
    const places = areClasses ? elementCount(shape.slice(1)) : 1
    return { kind: areClasses ? 'classes' : 'numbers', places, usual: 'fidelity', allowed: ofOriginal }
  }
  if (truth === 'labels') {
    if (shape.length !== 1) throw wrongShape(name, 'one row of class scores a sample', shape)
    if (shape[0]! < classes)
      throw new GraphError(`the data have ${classes} classes, the model tells only ${shape[0]} apart`)
    return { kind: 'classes', places: 1, usual: 'top1', allowed: ofClasses }
  }
  const { values, shape: wanted } = targets[truth.target]!
  if (isOneChannel(shape) && sameSizes(wanted, shape) && isMask(values, metric, truth.target))
    return { ...ofOneChannel(output), usual: 'iou', allowed: ofClasses }
  const areClasses = values instanceof Int32Array && !sameSizes(wanted, shape)
  if (!areClasses) {
    if (!sameSizes(wanted, shape))
      throw wrongShape(name, `the shape of array ${truth.target}, [${['n', ...wanted]}]`, shape)
    return { kind: 'numbers', places: 1, usual: 'mse', allowed: ofNumbers }
  }
  const [scores = 0, ...map] = shape
  if (scores < 2 || !sameSizes(wanted, map))
    throw wrongShape(
      name,
      `scores of classes [${['n', 'classes', ...wanted]}] for array ${truth.target}`,
      shape,
    )
  const most = values.reduce((largest, value) => Math.max(largest, value), 0)
  if (most >= scores || values.some(value => value < 0))
    throw new DataError(
      `array ${truth.target} of the data: expected classes 0 to ${scores - 1}, as output ${name} has, found ${most >= scores ? most : 'a negative one'}`,
    )
  const places = elementCount(map)
  return { kind: 'classes', places, usual: places > 1 ? 'iou' : 'top1', allowed: ofClasses }
}

/** Whether an output has a single channel, and places; TF.js models may have it behind those, which makes no difference. */
function isOneChannel(shape: readonly number[]): boolean {
  const isLast = shape.length > 2 && shape.at(-1) === 1
  return shape.length > 1 && (shape[0] === 1 || isLast) && elementCount(shape) > 1
}

function ofOneChannel({ shape, isProbability = false }: ModelOutput) {
  const single = isProbability ? 'probabilities' : 'logits'
  return { kind: 'classes', places: elementCount(shape), single } as const
}

/**
 * Whether an array of an output's own shape says which of two classes each place is of. Whole numbers do where all are 0 or 1;
 * floats are numbers unless a metric of classes is asked for.
 * @throws DataError where such a metric is asked for and the array holds anything else.
 */
function isMask(values: Target['values'], metric: MetricName | undefined, target: string): boolean {
  if (metric === 'mse') return false
  const isAsked = metric !== undefined && metric !== 'fidelity'
  if (!isAsked && !(values instanceof Int32Array)) return false
  const other = values.find(value => value !== 0 && value !== 1)
  if (other !== undefined && isAsked)
    throw new DataError(
      `--metric ${metric}: expected a mask of 0 and 1 in array ${target} of the data, for an output of one channel, found ${other}`,
    )
  return other === undefined
}

/** Whether two shapes are the same but for axes of one. */
function sameSizes(a: readonly number[], b: readonly number[]): boolean {
  const sizes = (shape: readonly number[]) => shape.filter(dim => dim !== 1).join()
  return sizes(a) === sizes(b)
}

function wrongShape(name: string, expected: string, found: readonly number[]): GraphError {
  return new GraphError(`output ${name}: expected ${expected}, found shape [${['n', ...found]}]`)
}
