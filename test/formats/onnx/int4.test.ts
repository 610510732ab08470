import { describe, expect, it } from 'vitest'
import { packInt4, unpackInt4 } from '../../../src/formats/onnx/int4.js'
import { parseModel, readModel, readOnnx } from '../../../src/formats/onnx/read.js'
import { weightBytes, writeOnnx } from '../../../src/formats/onnx/write.js'
import type { Graph, Tensor } from '../../../src/graph/types.js'
import { runGraph } from '../../fixtures/run.js'

const elements = Int8Array.of(-8, 7, 0, -1, 3, -3, 5)

/** x [n, 7] plus the elements, dequantised with a scale of 1/2. */
const graph: Graph = {
  ...{ name: 'g', irVersion: 10, opset: 21, otherOpsets: {}, metadata: {} },
  nodes: [
    { id: 'd', op: 'DequantizeLinear', domain: '', inputs: ['w', 's'], outputs: ['f'], attributes: {} },
    { id: 'a', op: 'Add', domain: '', inputs: ['x', 'f'], outputs: ['y'], attributes: {} },
  ],
  initializers: new Map<string, Tensor>([
    ['w', { dtype: 'int4', shape: [7], data: elements }],
    ['s', { dtype: 'float32', shape: [], data: Float32Array.of(0.5) }],
  ]),
  inputs: [{ name: 'x', dtype: 'float32', shape: ['n', 7] }],
  outputs: [{ name: 'y', dtype: 'float32', shape: ['n', 7] }],
}

describe('int4', () => {
  it('packs two elements a byte, the first in the lower half', () => {
    const bytes = new Uint8Array(elements.buffer)
    expect([...packInt4(bytes)]).toEqual([0x78, 0xf0, 0xd3, 0x05])
    for (let n = 0; n <= elements.length; n++)
      expect(unpackInt4(packInt4(bytes.subarray(0, n)), n)).toEqual(elements.slice(0, n))
  })

  it('stands in a file as ONNX Runtime reads it, and is read again', async () => {
    expect(await runGraph(graph, new Float32Array(7), [1, 7])).toEqual(
      Float32Array.from(elements, e => e / 2),
    )
    expect(weightBytes(graph)).toBe(4 + 4)
    expect(readOnnx(writeOnnx(graph)).initializers.get('w')).toEqual(graph.initializers.get('w'))
  })

  it('is read from the field of small integers, and refused with too few or too many bytes', () => {
    const model = parseModel(writeOnnx(graph))
    const weight = model.graph!.initializer[0]!
    const raw = weight.rawData
    weight.rawData = new Uint8Array()
    weight.int32Data = [...raw]
    expect(readModel(model).initializers.get('w')!.data).toEqual(elements)
    for (const bytes of [raw.subarray(0, 3), Uint8Array.of(...raw, 0)]) {
      weight.int32Data = []
      weight.rawData = bytes
      expect(() => readModel(model)).toThrow(/initializer w: shape \[7\] needs 7 elements, found (6|10)/)
    }
  })
})
