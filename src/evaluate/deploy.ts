import { lowerCompressed } from '../compress/quantize/lower.js'
import { writeOnnx } from '../formats/onnx/write.js'
import { writePare } from '../formats/pare/write.js'
import { PARE_DOMAIN } from '../graph/pare-domain.js'
import type { Graph } from '../graph/types.js'

/** The .onnx file of a candidate, in operators that every runtime has. */
export function deployed(graph: Graph): Uint8Array {
  return writeOnnx(isQuantized(graph) ? lowerCompressed(graph) : graph)
}

/** A candidate as files. */
export interface ModelFiles {
  /** Bytes of the .onnx file. */
  readonly model: Uint8Array
  /** Bytes of the .pare file that holds quantisers and codebooks as they are; null where the .onnx file holds all there is. */
  readonly packed: Uint8Array | null
}

export function filesOf(graph: Graph): ModelFiles {
  return { model: deployed(graph), packed: isQuantized(graph) ? writePare(graph, 'exact') : null }
}

/** Whether a graph holds quantisers or codebooks. */
export function isQuantized(graph: Graph): boolean {
  return Object.hasOwn(graph.otherOpsets, PARE_DOMAIN)
}
