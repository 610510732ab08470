import { writeOnnx } from '../formats/onnx/write.js'
import type { Graph } from '../graph/types.js'
import { openSession } from './session.js'

/** X'X as a model: ONNX Runtime's matrix product is the fastest this process can reach. */
const gramModel: Graph = {
  name: 'gram',
  irVersion: 7,
  opset: 13,
  otherOpsets: {},
  metadata: {},
  nodes: [
    {
      id: 'gram',
      op: 'Gemm',
      domain: '',
      inputs: ['x', 'x'],
      outputs: ['gram'],
      attributes: { transA: { kind: 'int', value: 1 } },
    },
  ],
  initializers: new Map(),
  inputs: [{ name: 'x', dtype: 'float32', shape: ['rows', 'columns'] }],
  outputs: [{ name: 'gram', dtype: 'float32', shape: ['columns', 'columns'] }],
}

/** A function from rows [n, columns] to X'X [columns, columns], float32, row-major. */
export async function openGram() {
  const session = await openSession(writeOnnx(gramModel))
  return {
    async product(rows: Float32Array, columns: number): Promise<Float32Array> {
      const { gram } = await session.run({ x: { data: rows, shape: [rows.length / columns, columns] } })
      return gram?.data ?? new Float32Array(columns * columns)
    },
    close: session.close,
  }
}
