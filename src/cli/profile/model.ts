import { lowerCompressed } from '../../compress/quantize/lower.js'
import { uniformPlan } from '../../compress/quantize/plan.js'
import { quantizedUnseen } from '../../compress/quantize/unseen.js'
import { channelGroups } from '../../graph/groups.js'
import { firstChannels, sliceGraph } from '../../graph/slice.js'
import type { Graph } from '../../graph/types.js'
import { configKey } from '../../latency/layer-config.js'
import { networkLayers } from '../../latency/layers.js'
import type { NetworkTime } from '../../latency/profile.js'
import { variantWidths } from '../../latency/variants.js'
import type { Instrument } from '../../runtime/instrument.js'
import { measureNetwork, type Reference } from '../../runtime/measure-network.js'
import { networkKey, type ProfileStore } from '../../store/profile-store.js'
import type { Precision } from './options.js'

/** What is measured, and how far it has come. */
export interface Profiling {
  readonly instrument: Instrument
  readonly reference: Reference
  readonly store: ProfileStore
  /** The model's name in the profile. */
  readonly name: string
  readonly graph: Graph
  readonly precision: Precision
  /** Layer configurations to know at least, where the model has as many. */
  readonly measurements: number
  readonly onMeasured: (network: NetworkTime, known: number) => void
  readonly signal: AbortSignal
}

/** Variants in a row that bring no new layer, after which there are no more. */
const IDLE = 20

/**
 * Measures a model and variants of other widths, until so many different layers are known; each is kept as soon as it is
 * measured, and what the profile has is not measured again.
 * @returns how many layer configurations of the model are known, and how many networks were measured now
 */
export async function profileModel(
  p: Profiling,
): Promise<{ readonly known: number; readonly measured: number }> {
  const { groups } = channelGroups(p.graph)
  const done = new Set(await p.store.measured())
  const known = new Set<string>()
  let [measured, idle] = [0, 0]
  for (let number = 0; known.size < p.measurements && idle < IDLE; number++) {
    p.signal.throwIfAborted()
    const kept = firstChannels(variantWidths(groups, number))
    const variant = inPrecision(number === 0 ? p.graph : sliceGraph(p.graph, groups, kept), p.precision)
    const layers = networkLayers(variant)
    const before = known.size
    for (const { config } of layers) known.add(configKey(config))
    idle = known.size === before ? idle + 1 : 0
    const key = networkKey(layers)
    if (done.has(key)) continue
    const network = await measureNetwork(p.instrument, p.reference, p.name, variant)
    await p.store.addNetwork(network)
    done.add(key)
    measured++
    p.onMeasured(network, known.size)
  }
  return { known: known.size, measured }
}

/** A graph as it is run in some precision; what its values were does not matter to its speed. */
export function inPrecision(graph: Graph, precision: Precision): Graph {
  switch (precision) {
    case 'float':
      return graph
    case 'int8':
      return lowerCompressed(quantizedUnseen(graph, uniformPlan(graph, { weight: 8, activation: 8 })))
  }
}
