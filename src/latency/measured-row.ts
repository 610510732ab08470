import * as z from 'zod'
import { type LayerConfig, layerKinds } from './layer-config.js'
import { kindOf } from './layers.js'
import type { LayerTime } from './profile.js'

const FLOAT_BITS = 32

const whole = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'a whole number above 0')
  .transform(Number)
const bits = z
  .string()
  .regex(/^([1-9]|[1-5]\d|6[0-4])$/, 'bits from 1 to 64')
  .transform(Number)
const positive = z
  .string()
  .regex(/^[\d.]+(e[+-]?\d+)?$/i, 'a number above 0')
  .transform(Number)
  .refine(value => value > 0 && Number.isFinite(value), 'a number above 0')
/** 3x5, or 3 for 3x3, as the two sides. */
const sides = z
  .string()
  .regex(/^[1-9]\d{0,5}(x[1-9]\d{0,5})?$/, 'sizes such as 3 or 3x5')
  .transform((text): readonly [number, number] => {
    const [first = 1, second = first] = text.split('x').map(Number)
    return [first, second]
  })

/** The columns of a table of measurements; those that may be left out are optional. */
const columns = z.strictObject({
  op: z
    .string()
    .regex(/^[A-Za-z]\w*(\+[A-Za-z]\w*)*$/, 'operators such as Conv or Conv+Relu')
    .optional(),
  kind: z.enum(layerKinds, `one of ${layerKinds.join(', ')}`).optional(),
  in: whole,
  out: whole,
  groups: whole.optional(),
  kernel: sides.optional(),
  taps: whole.optional(),
  size: sides.optional(),
  stride: sides.optional(),
  in_positions: whole.optional(),
  out_positions: whole.optional(),
  weight_bits: bits.default(FLOAT_BITS),
  activation_bits: bits.default(FLOAT_BITS),
  time: positive,
  p10: positive.optional(),
  p90: positive.optional(),
  n: whole.optional(),
})

type Row = z.infer<typeof columns>

/** Names of the columns, for messages. */
export const columnNames: readonly string[] = Object.keys(columns.shape)

/** What is wrong of a row: the column, and what was expected there. */
class RowProblem extends Error {
  constructor(
    readonly column: keyof Row,
    readonly expected: string,
  ) {
    super(expected)
  }
}

/** One row, column by column as text, to a measurement. An issue's path is the column, its message what was expected. */
export const measuredRow = columns.transform((row, context): LayerTime => {
  try {
    return { config: configOf(row), time: timeOf(row) }
  } catch (problem) {
    if (!(problem instanceof RowProblem)) throw problem
    context.addIssue({ code: 'custom', path: [problem.column], message: problem.expected })
    return z.NEVER
  }
})

function configOf(row: Row): LayerConfig {
  const ops = row.op ?? operatorOf(row)
  const [op = ops] = ops.split('+')
  const groups = row.groups ?? (row.kind === 'depthwise' ? row.in : 1)
  if (row.in % groups !== 0 || row.out % groups !== 0)
    throw new RowProblem('groups', 'a divisor of in and out')
  if (row.taps !== undefined && row.kernel !== undefined)
    throw new RowProblem('taps', 'nothing beside a kernel')
  const taps = row.taps ?? (row.kernel === undefined ? 1 : row.kernel[0] * row.kernel[1])
  const kind = kindOf({ op }, { groups, inChannels: row.in, taps })
  if (row.kind !== undefined && row.kind !== kind)
    throw new RowProblem('kind', `${kind} for ${op} with these groups and taps`)
  const { inPositions, outPositions } = positionsOf(row, kind === 'dense')
  const macsPerPair = kind === 'other' ? 0 : taps * (op === 'ConvTranspose' ? inPositions : outPositions)
  return {
    ...{ ops, kind, inChannels: row.in, outChannels: row.out, groups, inPositions, outPositions, taps },
    ...{ macsPerPair, weightBits: row.weight_bits, activationBits: row.activation_bits },
  }
}

/** The operator that a kind stands for. */
function operatorOf({ kind }: Row): string {
  switch (kind) {
    case 'conv':
    case 'pointwise':
    case 'depthwise':
    case 'grouped':
      return 'Conv'
    case 'dense':
      return 'Gemm'
    case 'other':
    case undefined:
      throw new RowProblem('op', 'an operator such as Conv, or a kind other than "other"')
  }
}

/** Elements of a channel read and written; with a size, what padding that keeps it and the stride leave. */
function positionsOf(row: Row, isDense: boolean): Pick<LayerConfig, 'inPositions' | 'outPositions'> {
  const { size, stride = [1, 1] } = row
  if (size === undefined) {
    const given = row.in_positions ?? row.out_positions ?? (isDense ? 1 : undefined)
    if (given === undefined)
      throw new RowProblem('size', 'the height and width that are read, or in_positions')
    if (row.stride !== undefined && row.out_positions === undefined)
      throw new RowProblem('out_positions', 'a number beside a stride where there is no size')
    return { inPositions: given, outPositions: row.out_positions ?? given }
  }
  if (row.in_positions !== undefined) throw new RowProblem('in_positions', 'nothing beside a size')
  const [height, width] = size.map((side, i) => Math.ceil(side / stride[i]!))
  return { inPositions: size[0] * size[1], outPositions: row.out_positions ?? height! * width! }
}

function timeOf({ time, p10 = time, p90 = time, n = 1 }: Row): LayerTime['time'] {
  if (p10 > time) throw new RowProblem('p10', `at most the time, ${time}`)
  if (p90 < time) throw new RowProblem('p90', `at least the time, ${time}`)
  return { median: time, p10, p90, n }
}
