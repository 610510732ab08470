import { integerRange } from '../graph/fake-quantize.js'
import { type StandIn, standInOf } from '../graph/stored-weights.js'
import { elementCount, floats, toNumbers } from '../graph/tensor.js'
import type { Graph } from '../graph/types.js'
import type { Tuning } from './optimizer.js'
import { shapesOf } from './shapes.js'

/** Share of its start below which the step of a grid does not shrink: it stays positive. */
const LEAST = 2 ** -6

/** Whether a graph has quantisers or codebooks. */
export function hasFewBits(graph: Graph): boolean {
  return graph.nodes.some(node => standInOf(node) !== undefined)
}

/** How the scales of quantisers and the codebooks of a graph are moved, by name. */
export function tunings(graph: Graph, sampleShape: readonly number[]): ReadonlyMap<string, Tuning> {
  const shapes = shapesOf(graph, sampleShape)
  const found = new Map<string, Tuning>()
  for (const node of graph.nodes) {
    const standIn = standInOf(node)
    if (standIn === undefined) continue
    const [name, tuning] = tuningOf(graph, shapes, standIn)
    if (!found.has(name)) found.set(name, tuning)
  }
  return found
}

function tuningOf(
  graph: Graph,
  shapes: ReadonlyMap<string, readonly number[]>,
  standIn: StandIn,
): readonly [string, Tuning] {
  switch (standIn.kind) {
    case 'quantizer': {
      const steps = floats(graph.initializers.get(standIn.scale)!)
      const weight = graph.initializers.get(standIn.input)?.shape
      // Of one sample: the loss is a mean over those of a batch.
      const elements = elementCount(weight ?? shapes.get(standIn.input)?.slice(1) ?? [])
      // LSQ (Esser et al. 2020, section 2.2), by which scales and weights move alike.
      const gradient = 1 / Math.sqrt(Math.max(1, elements / steps.length) * integerRange(standIn).high)
      return [
        standIn.scale,
        { gradient: steps.map(() => gradient), reach: steps, least: steps.map(step => LEAST * step) },
      ]
    }
    case 'lookup': {
      const entries = graph.initializers.get(standIn.codebook)!.data.length
      const counts = new Float32Array(entries)
      for (const index of toNumbers(graph.initializers.get(standIn.indices)!)) counts[index]!++
      // The step that the elements would take on their own, made equal for those of an entry, is the mean of theirs.
      return [
        standIn.codebook,
        {
          gradient: counts.map(count => 1 / Math.max(1, count)),
          reach: counts.map(() => 1),
          least: counts.map(() => Number.NEGATIVE_INFINITY),
        },
      ]
    }
  }
}
