import type { Graph, Tensor } from '../../../graph/types.js'
import { decodeGroup } from '../weights/decode.js'
import type { WeightSpec } from '../weights/manifest.js'
import { readLayersModel } from './read.js'

/** A layers model as plain data, but for how its weights are spread over files. */
export interface TfjsLayersModel {
  readonly modelTopology: Readonly<Record<string, unknown>>
  readonly weightSpecs: readonly WeightSpec[]
  /** The weights in the order of their specs, little-endian, without gaps. */
  readonly weightData: Uint8Array
}

/** A layers model that was written, as it will be read. */
export function graphOf({ weightSpecs, weightData, ...model }: TfjsLayersModel): Graph {
  const [tensors, skipped] = [new Map<string, Tensor>(), new Map<string, string>()]
  decodeGroup(weightSpecs, weightData, tensors, skipped)
  return readLayersModel({ ...model, weightsManifest: [] }, { tensors, skipped })
}
