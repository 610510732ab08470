import { lowerCompressed } from '../compress/quantize/lower.js'
import { writeOnnx } from '../formats/onnx/write.js'
import { PARE_DOMAIN } from '../graph/pare-domain.js'
import type { Graph } from '../graph/types.js'

/** The .onnx file of a candidate, in operators that every runtime has. */
export function deployed(graph: Graph): Uint8Array {
  return writeOnnx(isQuantized(graph) ? lowerCompressed(graph) : graph)
}

/** Whether a graph holds quantisers or codebooks. */
export function isQuantized(graph: Graph): boolean {
  return Object.hasOwn(graph.otherOpsets, PARE_DOMAIN)
}
