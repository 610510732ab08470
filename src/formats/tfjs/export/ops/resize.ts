import { intAttribute, stringAttribute } from '../../../../graph/attributes.js'
import { toNumbers } from '../../../../graph/tensor.js'
import { GraphError } from '../../../../graph/types.js'
import { bool } from '../attribute.js'
import { type Call, input, optionalConstant, outputShape, type Rule } from '../call.js'
import { channelsLast } from '../layout.js'
import { assertHoldable } from '../tensor.js'
import type { Computed } from '../value.js'
import { spatialOf } from '../window.js'

/** One spatial axis: its sizes before and after, and the factor that places cells. */
interface Axis {
  readonly from: number
  readonly to: number
  readonly scale: number
}

/** Where in the old axis a cell of the new one lies, by ONNX's name of the rule. */
const places = new Map<string, (at: number, axis: Axis) => number>([
  ['half_pixel', (at, { scale }) => (at + 0.5) / scale - 0.5],
  ['pytorch_half_pixel', (at, { scale, to }) => (to > 1 ? (at + 0.5) / scale - 0.5 : 0)],
  ['asymmetric', (at, { scale }) => at / scale],
  ['align_corners', (at, { from, to }) => (to > 1 ? (at * (from - 1)) / (to - 1) : 0)],
])

const roundings = new Map<string, (at: number) => number>([
  ['round_prefer_floor', at => Math.ceil(at - 0.5)],
  ['round_prefer_ceil', at => Math.floor(at + 0.5)],
  ['floor', Math.floor],
  ['ceil', Math.ceil],
])

/** Resize and Upsample of maps. */
export const resize: Rule = call => {
  const { b, node } = call
  const x = channelsLast(b, input(call, 0))
  const shape = outputShape(call)
  if (shape[0] !== x.shape[0] || shape[1] !== x.shape[1])
    throw new GraphError('TF.js resizes maps along their rows and columns only')
  const axes = axesOf(call, spatialOf(x), spatialOf({ shape }))
  const old = node.op === 'Upsample' || call.opset < 11
  const rule = stringAttribute(node, 'coordinate_transformation_mode', old ? 'asymmetric' : 'half_pixel')
  const place = places.get(rule)
  if (place === undefined) throw new GraphError(`TF.js does not resize by ${rule}`)
  const mode = stringAttribute(node, 'mode', 'nearest')
  const made = (name: string): Computed => ({ ...x, name, shape })
  switch (mode) {
    case 'nearest': {
      const rounding = stringAttribute(node, 'nearest_mode', old ? 'floor' : 'round_prefer_floor')
      const round = roundings.get(rounding)
      if (round === undefined) throw new GraphError(`nearest_mode ${rounding} is not known`)
      const indices = axes.map(axis => cells(axis, at => round(place(at, axis))))
      return made(nearest(call, x.name, axes, indices))
    }
    case 'linear':
      return made(bilinear(call, x.name, axes, rule))
    default:
      throw new GraphError(`TF.js does not resize by mode ${mode}`)
  }
}

function axesOf(call: Call, from: readonly number[], to: readonly number[]): Axis[] {
  const scales = optionalConstant(call, call.node.inputs.length === 2 ? 1 : 2)
  const given = scales === undefined || scales.tensor.dtype !== 'float32' ? [] : toNumbers(scales.tensor)
  if (given.slice(0, 2).some(scale => scale !== 1))
    throw new GraphError('TF.js resizes maps along their rows and columns only')
  return [0, 1].map(axis => ({
    from: from[axis]!,
    to: to[axis]!,
    scale: given[axis + 2] ?? to[axis]! / from[axis]!,
  }))
}

function cells({ from, to }: Axis, indexOf: (at: number) => number): number[] {
  assertHoldable(to)
  return Array.from({ length: to }, (_, at) => Math.min(Math.max(indexOf(at), 0), from - 1))
}

/** TF.js' three ways of taking the nearest cell. */
const settings = [
  { align_corners: false, half_pixel_centers: false },
  { align_corners: true, half_pixel_centers: false },
  { align_corners: false, half_pixel_centers: true },
] as const

/** TF.js' own operator where it takes the same cells, else the cells by their index. */
function nearest(
  { b }: Call,
  x: string,
  axes: readonly Axis[],
  indices: readonly (readonly number[])[],
): string {
  const found = settings.find(setting =>
    axes.every((axis, i) => cells(axis, at => nearestCell(at, axis, setting)).join() === indices[i]!.join()),
  )
  if (found !== undefined) {
    return b.emit('ResizeNearestNeighbor', [x, b.integers(axes.map(axis => axis.to))], {
      align_corners: bool(found.align_corners),
      half_pixel_centers: bool(found.half_pixel_centers),
    })
  }
  return indices.reduce((name, list, i) => b.emit('GatherV2', [name, b.integers(list), b.integer(i + 1)]), x)
}

/** The cell that TF.js takes, computed as its kernels do. */
function nearestCell(at: number, { from, to }: Axis, setting: (typeof settings)[number]): number {
  if (setting.align_corners) return Math.round(at * (to > 1 ? (from - 1) / (to - 1) : from / to))
  return Math.floor((from / to) * (setting.half_pixel_centers ? at + 0.5 : at))
}

function bilinear({ b, node }: Call, x: string, axes: readonly Axis[], rule: string): string {
  if (intAttribute(node, 'antialias', 0) === 1) throw new GraphError('TF.js has no antialiasing')
  const exact = axes.every(({ from, to, scale }) => Math.abs(scale * from - to) < 1e-3)
  const single = rule === 'pytorch_half_pixel' && axes.some(({ to }) => to === 1)
  if ((!exact && rule !== 'align_corners') || single)
    throw new GraphError('TF.js does not place the cells of this resize')
  return b.emit('ResizeBilinear', [x, b.integers(axes.map(axis => axis.to))], {
    align_corners: bool(rule === 'align_corners'),
    half_pixel_centers: bool(rule.endsWith('half_pixel')),
  })
}
