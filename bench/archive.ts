/**
 * Bytes of the trained nets in a .pare file: float, packed at 8 and 4 bits, and 90 % zeros in relative indices and Huffman
 * codes; the milliseconds of CPU time that writing and reading take.
 *
 *   npx tsx bench/archive.ts
 */
import { writeOnnx } from '../src/formats/onnx/write.js'
import { readPare } from '../src/formats/pare/read.js'
import { type PareMode, writePare } from '../src/formats/pare/write.js'
import { floats, floatTensor } from '../src/graph/tensor.js'
import type { Graph } from '../src/graph/types.js'
import { whole } from '../src/ui/format.js'
import { plainTable } from '../src/ui/table.js'
import { loadModel, modelNames } from '../test/fixtures/models.js'
import { quantizable, withQuantizers } from '../test/formats/quantizers.js'
import { timed } from './timed.js'

const quantized = (graph: Graph, bits: number) =>
  withQuantizers(graph, new Map(quantizable(graph).weights.map(name => [name, bits])))

/** The graph with zeros for all but the largest tenth of each weight. */
function pruned(graph: Graph): Graph {
  const initializers = new Map(graph.initializers)
  for (const name of quantizable(graph).weights) {
    const weight = graph.initializers.get(name)!
    const sizes = floats(weight).map(Math.abs).sort()
    const least = sizes[Math.floor(0.9 * sizes.length)]!
    initializers.set(
      name,
      floatTensor(
        weight.shape,
        floats(weight).map(w => (Math.abs(w) < least ? 0 : w)),
      ),
    )
  }
  return { ...graph, initializers }
}

const ways: readonly (readonly [string, PareMode, (graph: Graph) => Graph])[] = [
  ['float', 'exact', graph => graph],
  ['8 bits', 'exact', graph => quantized(graph, 8)],
  ['4 bits', 'exact', graph => quantized(graph, 4)],
  ['8 bits, Huffman', 'small', graph => quantized(graph, 8)],
  ['4 bits, Huffman', 'small', graph => quantized(graph, 4)],
  ['90 % zeros', 'small', pruned],
  ['90 % zeros, 4 bits', 'small', graph => quantized(pruned(graph), 4)],
]

const table = plainTable(
  ['net', 'stored', 'bytes', 'of .onnx', 'write ms', 'read ms'],
  ['left', 'left', 'right', 'right', 'right', 'right'],
)
for (const net of modelNames) {
  const graph = loadModel(net)
  const onnx = writeOnnx(graph).length
  for (const [name, mode, compress] of ways) {
    const compressed = compress(graph)
    let bytes = new Uint8Array()
    const writing = timed(() => {
      bytes = new Uint8Array(writePare(compressed, mode))
    })
    const reading = timed(() => {
      readPare(bytes)
    })
    const share = `1/${(onnx / bytes.length).toFixed(1)}`
    table.push([net, name, whole(bytes.length), share, writing.cpu.toFixed(0), reading.cpu.toFixed(0)])
  }
}
console.log(table.toString())
