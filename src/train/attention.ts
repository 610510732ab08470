import { foldConstants } from '../graph/constants.js'
import { PARE_DOMAIN } from '../graph/pare-domain.js'
import { elementCount } from '../graph/tensor.js'
import type { Graph } from '../graph/types.js'
import {
  add,
  div,
  mean,
  type Rank,
  reshape,
  type Scalar,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
} from '../tensor/tf.js'
import { placeOf, type Value } from '../tensor/value.js'
import { shapesOf } from './shapes.js'

/** Keeps the map of a layer that is dead for a sample, and its gradient, finite. */
const TINY = 1e-12

/** While training, one of these stands for the other, perhaps with its activation in it. */
const CHANGED: readonly string[] = ['Conv', 'BatchNormalization']

/** The channels' axis in ONNX. */
const CHANNELS = 1

/**
 * The inner values by which a student can be held to a teacher of other widths: of each height and width that maps come in,
 * the last that both make under the same name by the same operator.
 */
export function sharedMaps(
  student: Graph,
  teacher: Graph,
  sampleShape: readonly number[],
): readonly string[] {
  const theirs = mapsOf(teacher, sampleShape)
  const last = new Map<string, string>()
  for (const [name, { op, size }] of mapsOf(student, sampleShape)) {
    const found = theirs.get(name)
    if (found?.op === op && found.size === size) last.set(size, name)
  }
  return [...last.values()]
}

/** Operator and [height, width] of every value that is a map of more than one place, in order. */
function mapsOf(
  original: Graph,
  sampleShape: readonly number[],
): ReadonlyMap<string, { readonly op: string; readonly size: string }> {
  // As an executor does, in which a constant is no value that a node makes.
  const graph = foldConstants(original)
  const shapes = shapesOf(graph, sampleShape)
  return new Map(
    graph.nodes.flatMap(({ op, domain, outputs: [name = ''] }) => {
      const shape = shapes.get(name) ?? []
      const size = shape.slice(CHANNELS + 1)
      const isMap = shape.length > 3 && elementCount(size) > 1
      // What stands for a number of few bits may be a filter.
      return isMap && domain !== PARE_DOMAIN && !CHANGED.includes(op)
        ? [[name, { op, size: size.join() }] as const]
        : []
    }),
  )
}

/**
 * Where a map is strong: its squares summed over the channels, [n, places], each sample's of length 1 (Zagoruyko &
 * Komodakis 2017, section 3.1).
 */
export function attention({ tensor, layout }: Value): Tensor2D {
  const strength = sum(square(tensor), placeOf(layout, CHANNELS, tensor.rank))
  const rows = reshape<Rank.R2>(strength, [tensor.shape[0]!, -1])
  return div(rows, sqrt(add(sum(square(rows), 1, true), TINY)))
}

/** The squared distance of attention maps, averaged over the samples and the layers. */
export function attentionDistance(found: readonly Tensor[], wanted: readonly Tensor[]): Scalar {
  const distances = found.map((map, i) => mean<Scalar>(sum(square(sub(map, wanted[i]!)), 1)))
  return div<Scalar>(
    distances.reduce((all, distance) => add(all, distance)),
    distances.length,
  )
}
