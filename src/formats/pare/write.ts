import { crc32, deflateRawSync } from 'node:zlib'
import { toBinary } from '@bufbuild/protobuf'
import { integerRange } from '../../graph/fake-quantize.js'
import { lookupOf } from '../../graph/lookup.js'
import { PARE_DOMAIN } from '../../graph/pare-domain.js'
import { elementBytes, floatTensor } from '../../graph/tensor.js'
import { type Graph, GraphError, type Tensor } from '../../graph/types.js'
import { LARGEST_FILE } from '../onnx/limits.js'
import { ModelProtoSchema } from '../onnx/proto/onnx_pb.js'
import { writeTensorType } from '../onnx/tensor.js'
import { writeModel } from '../onnx/write.js'
import type { Content } from './coding.js'
import { encode } from './encode.js'
import { CHECKED_HEADER_BYTES, DEFLATED, HEADER_BYTES, MAGIC, VERSION } from './layout.js'
import {
  dequantized,
  type QuantizedWeight,
  quantizedWeights,
  withoutQuantizers,
} from './quantized-weights.js'
import { nameQuantizers } from './quantizer-names.js'
import { plainCoding, smallestCoding } from './smallest.js'
import { entryBytes, LAST_AXIS, LONGEST_NAME, type StoredQuantizer, writeEntry } from './table.js'
import { floatBytes, integerBytes } from './weight-bytes.js'

/**
 * How a file is written: `exact`, so that its bytes are a closed form of shapes and bits (`pareSizeModel`), whatever the
 * values; `small`, each constant in the coding that takes the fewest bytes, the structure deflated; `packed`, the same
 * without Huffman codes, which shows what these are worth.
 */
export type PareMode = 'exact' | 'packed' | 'small'

/**
 * A Graph as the bytes of a `.pare` file; equal graphs give equal bytes. Weights under a quantiser stand as its integers,
 * without the floats that training had. A quantiser whose integers, scales and names would take no fewer bytes than the
 * floats that come out of it is left out, and these are stored: so a file never grows with the bits that are taken away.
 * @throws GraphError where one file cannot hold it.
 */
export function writePare(graph: Graph, mode: PareMode): Uint8Array {
  const { skeleton, weights } = stored(graph)
  const lookups = lookupBits(skeleton)
  const [entries, payloads]: [Uint8Array[], Uint8Array[]] = [[], []]
  for (const [name, tensor] of skeleton.initializers) {
    const weight = weights.get(name)
    const content = weight === undefined ? contentOf(tensor, lookups.get(name)) : contentOfWeight(weight)
    const coding = mode === 'exact' ? plainCoding(content) : smallestCoding(content, mode === 'small')
    const scales = weight === undefined ? [] : [elementsOf(weight.scale)]
    const payload = Buffer.concat([...scales, encode(content, coding)])
    const quantizer = weight === undefined ? null : storedQuantizer(weight)
    entries.push(writeEntry({ coding, length: payload.length, checksum: crc32(payload), quantizer }))
    payloads.push(payload)
  }
  return assemble(structureOf(skeleton), Buffer.concat(entries), payloads, mode)
}

/** The graph as the file's skeleton has it, and its weights that stand as integers. */
function stored(given: Graph) {
  const graph = nameQuantizers(given)
  const found = quantizedWeights(graph)
  const fits = ({ node, quantizer: { output, scale, axis } }: QuantizedWeight) =>
    (axis ?? 0) <= LAST_AXIS && [node, output, scale].every(name => Buffer.byteLength(name) <= LONGEST_NAME)
  const all = new Map([...found].filter(([, weight]) => fits(weight)))
  const weights = new Map([...all].filter(([, weight]) => pays(weight)))
  const without = withoutQuantizers(graph, all)
  const initializers = new Map(without.initializers)
  for (const [name, weight] of all) {
    const { shape } = graph.initializers.get(name)!
    if (!weights.has(name)) initializers.set(name, floatTensor(shape, dequantized(weight, shape)))
  }
  // Whoever reads the file knows pare's own operators; a version of them would take room in some files and not in others.
  const { [PARE_DOMAIN]: _, ...otherOpsets } = graph.otherOpsets
  return { skeleton: { ...without, initializers, otherOpsets }, weights }
}

/** Whether integers take fewer bytes than floats. */
function pays(weight: QuantizedWeight): boolean {
  const { integers, scale, quantizer } = weight
  const entry = entryBytes(storedQuantizer(weight))
  return integerBytes(entry, integers.length, scale.data.length, quantizer.bits) < floatBytes(integers.length)
}

function storedQuantizer({ node, quantizer, scale }: QuantizedWeight): StoredQuantizer {
  const { output, axis } = quantizer
  return { node, output, axis, scale: quantizer.scale, scaleRank: scale.shape.length }
}

/** Bits that the indices of each looked-up weight need, at least one. Indices that a codebook has no entry for stay bytes. */
function lookupBits(graph: Graph): Map<string, number> {
  const bits = new Map<string, number>()
  for (const lookup of graph.nodes.map(lookupOf)) {
    const indices = graph.initializers.get(lookup?.indices ?? '')
    const size = graph.initializers.get(lookup?.codebook ?? '')?.data.length
    if (lookup === undefined || indices?.dtype !== 'uint8' || size === undefined) continue
    const needed = Math.max(1, Math.ceil(Math.log2(size)))
    const inside = (indices.data as Uint8Array).every(index => index < 2 ** needed)
    if (needed <= 8 && inside && !bits.has(lookup.indices)) bits.set(lookup.indices, needed)
  }
  return bits
}

function contentOf(tensor: Tensor, bits: number | undefined): Content {
  const bytes = elementsOf(tensor)
  if (bits !== undefined) return { kind: 'symbols', bits, bytes }
  return { kind: 'elements', bits: 8 * elementBytes(tensor.dtype), bytes }
}

/** A tensor's elements as they stand in memory. */
function elementsOf({ data: { buffer, byteOffset, byteLength } }: Tensor): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

/** A symbol is the place of an integer among all, the lowest first. */
function contentOfWeight({ integers, quantizer }: QuantizedWeight): Content {
  const { low, apart } = integerRange(quantizer)
  const symbols = Uint8Array.from(integers, integer => (integer - low) / apart)
  return { kind: 'symbols', bits: quantizer.bits, bytes: symbols }
}

function structureOf(skeleton: Graph): Uint8Array {
  return toBinary(ModelProtoSchema, writeModel(skeleton, writeTensorType))
}

function assemble(
  structure: Uint8Array,
  table: Uint8Array,
  payloads: readonly Uint8Array[],
  mode: PareMode,
): Uint8Array {
  const deflated = mode === 'exact' ? structure : deflateRawSync(structure, { level: 9 })
  const isDeflated = deflated.length < structure.length
  const skeleton = isDeflated ? deflated : structure
  const size = [skeleton, table, ...payloads].reduce((sum, part) => sum + part.length, HEADER_BYTES)
  if (size >= LARGEST_FILE)
    throw new GraphError(`the model has ${size} bytes; one .pare file holds less than 2 GB`)
  const header = Buffer.alloc(HEADER_BYTES)
  header.write(MAGIC, 'latin1')
  header.writeUInt16LE(VERSION, 4)
  header.writeUInt16LE(isDeflated ? DEFLATED : 0, 6)
  header.writeUInt32LE(skeleton.length, 8)
  header.writeUInt32LE(structure.length, 12)
  header.writeUInt32LE(table.length, 16)
  const checksum = [skeleton, table].reduce(
    (sum, part) => crc32(part, sum),
    crc32(header.subarray(0, CHECKED_HEADER_BYTES)),
  )
  header.writeUInt32LE(checksum, CHECKED_HEADER_BYTES)
  return new Uint8Array(Buffer.concat([header, skeleton, table, ...payloads]))
}
