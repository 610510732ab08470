import { lowerCompressed } from '../compress/quantize/lower.js'
import { writeOnnx } from '../formats/onnx/write.js'
import { writePare } from '../formats/pare/write.js'
import { PARE_DOMAIN } from '../graph/pare-domain.js'
import type { Graph } from '../graph/types.js'

/** The .onnx file of a candidate, in operators that every runtime has. */
export function deployed(graph: Graph): Uint8Array {
  return writeOnnx(isQuantized(graph) ? lowerCompressed(graph) : graph)
}

/** The .pare file that holds quantisers and codebooks as they are; null for a graph without, which an .onnx file holds. */
export function packed(graph: Graph): Uint8Array | null {
  return isQuantized(graph) ? writePare(graph, 'exact') : null
}

/** Whether a graph holds quantisers or codebooks. */
export function isQuantized(graph: Graph): boolean {
  return Object.hasOwn(graph.otherOpsets, PARE_DOMAIN)
}
