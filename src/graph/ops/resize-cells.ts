import { stringAttribute } from '../attributes.js'
import { GraphError, type Node } from '../types.js'

/** One axis that a Resize changes: its sizes before and after, and the factor that places cells. */
export interface ResizedAxis {
  readonly from: number
  readonly to: number
  readonly scale: number
}

/** Where in the old axis a cell of the new one lies, by ONNX's name of the rule. */
const places = new Map<string, (at: number, axis: ResizedAxis) => number>([
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

/** What a node that names no rule goes by: Resize of operator set 11 and later, or Upsample and what came before. */
function defaults(node: Node, opset: number) {
  const old = node.op === 'Upsample' || opset < 11
  return old
    ? { place: 'asymmetric', rounding: 'floor' }
    : { place: 'half_pixel', rounding: 'round_prefer_floor' }
}

/** The name of the rule by which a Resize or an Upsample places cells. */
export function placingRule(node: Node, opset: number): string {
  return stringAttribute(node, 'coordinate_transformation_mode', defaults(node, opset).place)
}

/** Where in the old axis each cell of the new one lies; undefined for a rule that needs more than the axis. */
export function cellPlaces(node: Node, opset: number, axis: ResizedAxis): readonly number[] | undefined {
  const place = places.get(placingRule(node, opset))
  return place && Array.from({ length: axis.to }, (_, at) => place(at, axis))
}

/** The cell of the old axis that each cell of the new one takes, by the node's rule of rounding. */
export function nearestCells(
  node: Node,
  opset: number,
  { from }: ResizedAxis,
  at: readonly number[],
): readonly number[] {
  const name = stringAttribute(node, 'nearest_mode', defaults(node, opset).rounding)
  const round = roundings.get(name)
  if (round === undefined) throw new GraphError(`nearest_mode ${name} is not known`)
  return at.map(place => Math.min(Math.max(round(place), 0), from - 1))
}
