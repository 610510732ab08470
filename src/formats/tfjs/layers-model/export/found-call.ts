import { intAttribute } from '../../../../graph/attributes.js'
import { toNumbers } from '../../../../graph/tensor.js'
import { type Graph, GraphError, type Node, type Tensor } from '../../../../graph/types.js'
import { weightOfKey } from '../../import/value.js'
import type { LayerCall, ReadWeight } from '../layer-call.js'
import type { ImportedLayers } from '../read.js'
import { underived } from './underived.js'

/** Where a node reads what the import derived of a weight. */
export interface Place {
  /** The node as it was imported. */
  readonly node: Node
  readonly index: number
  readonly weight: string
  readonly steps: readonly string[]
}

/** One call of a layer, as it was imported and as it is now. */
export interface FoundCall extends LayerCall {
  readonly settings: Readonly<Record<string, unknown>>
  /** Its nodes as they were imported. */
  readonly imported: readonly Node[]
  /** Where its nodes read weights. */
  readonly places: readonly Place[]
  /** What a node that was imported is now; undefined where it is gone. */
  now(node: Node): Node | undefined
  /** What stands now where an imported node read a constant; undefined where nothing does. */
  constant(node: Node, index: number): Tensor | undefined
  /** A weight as the layer has it now. @throws GraphError where it cannot be told. */
  weight(name: string, part?: string | null): Tensor
  /** The node that makes a value now. */
  maker(value: string): Node | undefined
  /** Sizes of a value now, in the order of the graph; undefined where it is gone. */
  shape(value: string): readonly number[] | undefined
}

/** What a layer becomes: its weights, and the settings that change. */
export interface Rewritten {
  readonly weights: ReadonlyMap<ReadWeight, Tensor>
  readonly settings: Readonly<Record<string, unknown>>
}

/** The calls of an imported model in a Graph that was made of it. */
export function foundCalls(
  { graph: imported, calls, keys }: ImportedLayers,
  graph: Graph,
  shapes: ReadonlyMap<string, readonly number[]>,
): readonly FoundCall[] {
  const then = new Map(imported.nodes.map(node => [node.id, node]))
  const now = new Map(graph.nodes.map(node => [node.id, node]))
  const makers = new Map(graph.nodes.flatMap(node => node.outputs.map(output => [output, node] as const)))
  return calls.map((call): FoundCall => {
    const nodes = call.nodes.flatMap(id => then.get(id) ?? [])
    const places = nodes.flatMap(node =>
      node.inputs.flatMap((input, index): Place[] => {
        const from = weightOfKey(keys.get(input) ?? '')
        return from === undefined ? [] : [{ node, index, ...from }]
      }),
    )
    const constant = (node: Node, index: number) =>
      graph.initializers.get(now.get(node.id)?.inputs[index] ?? '')
    return {
      ...call,
      settings: { ...(call.config as Record<string, unknown>) },
      imported: nodes,
      places,
      now: node => now.get(node.id),
      constant,
      weight(name, part = null) {
        const read = call.weights.find(other => other.name === name && other.part === part)
        if (read === undefined) throw new GraphError(`its weight ${name} was never read`)
        const groupsOf = (node: Node) => intAttribute(now.get(node.id) ?? node, 'group', 1)
        return weightAt(read, placesOf(read, places), constant, groupsOf)
      },
      maker: value => makers.get(value),
      shape: value => shapes.get(value),
    }
  })
}

/** Where a call reads a weight. */
export function placesOf(read: ReadWeight, places: readonly Place[]): readonly Place[] {
  return places.filter(({ weight }) => weight === manifestName(read))
}

/** What the manifest calls a weight. */
export function manifestName({ constant }: ReadWeight): string {
  return weightOfKey(constant.key)?.weight ?? ''
}

function weightAt(
  { name, constant: { tensor } }: ReadWeight,
  places: readonly Place[],
  constant: FoundCall['constant'],
  groupsOf: (node: Node) => number,
): Tensor {
  const all = places.map(({ node, index, steps }) => {
    const found = constant(node, index)
    if (found === undefined) throw new GraphError(`its weight ${name} can no longer be told from others`)
    const [out = 0] = found.shape
    // What is many times a channel in a depthwise convolution.
    const last = steps.includes('depthwise') ? out / groupsOf(node) : (tensor.shape.at(-1) ?? 1)
    return underived(found, steps, [...tensor.shape.slice(0, -1), last])
  })
  const [first] = all
  if (first === undefined) throw new GraphError(`its weight ${name} is not used as it is`)
  if (!all.every(other => isSame(other, first)))
    throw new GraphError(`its weight ${name} is no longer the same wherever it is used`)
  return first
}

export function isSame(a: Tensor, b: Tensor): boolean {
  const [x, y] = [toNumbers(a), toNumbers(b)]
  return a.shape.join() === b.shape.join() && x.every((value, i) => value === y[i])
}
