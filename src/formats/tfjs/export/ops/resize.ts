import { intAttribute, stringAttribute } from '../../../../graph/attributes.js'
import {
  cellPlaces,
  nearestCells,
  placingRule,
  type ResizedAxis,
} from '../../../../graph/ops/resize-cells.js'
import { toNumbers } from '../../../../graph/tensor.js'
import { GraphError } from '../../../../graph/types.js'
import { bool } from '../attribute.js'
import { type Call, input, optionalConstant, outputShape, type Rule } from '../call.js'
import { channelsLast } from '../layout.js'
import { assertHoldable } from '../tensor.js'
import type { Computed } from '../value.js'
import { spatialOf } from '../window.js'

/** Resize and Upsample of maps. */
export const resize: Rule = call => {
  const { b, node, opset } = call
  const x = channelsLast(b, input(call, 0))
  const shape = outputShape(call)
  if (shape[0] !== x.shape[0] || shape[1] !== x.shape[1])
    throw new GraphError('TF.js resizes maps along their rows and columns only')
  const axes = axesOf(call, spatialOf(x), spatialOf({ shape }))
  const rule = placingRule(node, opset)
  const mode = stringAttribute(node, 'mode', 'nearest')
  const placed = axes.map(axis => {
    assertHoldable(axis.to)
    const at = cellPlaces(node, opset, axis)
    if (at === undefined) throw new GraphError(`TF.js does not resize by ${rule}`)
    return at
  })
  const made = (name: string): Computed => ({ ...x, name, shape })
  switch (mode) {
    case 'nearest': {
      const indices = axes.map((axis, i) => nearestCells(node, opset, axis, placed[i]!))
      return made(nearest(call, x.name, axes, indices))
    }
    case 'linear':
      return made(bilinear(call, x.name, axes, rule))
    default:
      throw new GraphError(`TF.js does not resize by mode ${mode}`)
  }
}

function axesOf(call: Call, from: readonly number[], to: readonly number[]): ResizedAxis[] {
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
  axes: readonly ResizedAxis[],
  indices: readonly (readonly number[])[],
): string {
  const found = settings.find(setting =>
    axes.every((axis, i) => indices[i]!.every((cell, at) => cell === cellOf(at, axis, setting))),
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
function cellOf(at: number, { from, to }: ResizedAxis, setting: (typeof settings)[number]): number {
  const cell = (place: number) => Math.min(Math.max(place, 0), from - 1)
  if (setting.align_corners) return cell(Math.round(at * (to > 1 ? (from - 1) / (to - 1) : from / to)))
  return cell(Math.floor((from / to) * (setting.half_pixel_centers ? at + 0.5 : at)))
}

function bilinear({ b, node }: Call, x: string, axes: readonly ResizedAxis[], rule: string): string {
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
