import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Graph, Node, OutputInfo } from '../../src/graph/types.js'
import type { FloatValue } from '../../src/runtime/session.js'
import { readNpy } from '../../test/fixtures/npy.js'
import type { Values } from '../../test/fixtures/twin.js'
import { toChannelsFirst } from '../../test/formats/tfjs/compare.js'

/** The models that `export.py` writes of one network, beside its inputs and outputs. */
export const ways = ['onnx13.onnx', 'onnx18.onnx', 'graph/model.json', 'layers/model.json'] as const

/** Keras's inputs or outputs of a network, as the graph has them: a TF.js model's maps are channels first. */
export function kerasValues(folder: string, kind: 'input' | 'output', channelsFirst: boolean): FloatValue[] {
  const files = readdirSync(folder).filter(file => file.startsWith(kind))
  const values = files.sort().map(file => readNpy(readFileSync(join(folder, file))))
  return channelsFirst ? values.map(toChannelsFirst) : values
}

/** Each value by the name of the graph's input or output that it fits: converters may change the order. */
export function named(
  infos: readonly Pick<OutputInfo, 'name' | 'shape'>[],
  values: readonly FloatValue[],
): Values {
  const left = [...values]
  return Object.fromEntries(
    infos.map(({ name, shape }) => {
      const at = left.findIndex(
        value =>
          shape !== null &&
          value.shape.length === shape.length &&
          shape.every((size, axis) => typeof size === 'string' || size === value.shape[axis]),
      )
      if (at < 0) throw new Error(`${name} [${shape}]: Keras has no value of that shape`)
      return [name, left.splice(at, 1)[0]!]
    }),
  )
}

/** The graph with float32 inputs only: integers are cast inside, as pare's sessions take floats alone. */
export function withFloatInputs(graph: Graph): Graph {
  const casts = graph.inputs.flatMap(({ name, dtype }): Node[] => {
    if (dtype === 'float32') return []
    const to = { kind: 'int', value: dtype === 'int32' ? 6 : 7 } as const
    return [
      {
        id: `${name} cast`,
        op: 'Cast',
        domain: '',
        inputs: [`${name} float`],
        outputs: [name],
        attributes: { to },
      },
    ]
  })
  const inputs = graph.inputs.map(info =>
    info.dtype === 'float32' ? info : { ...info, name: `${info.name} float`, dtype: 'float32' as const },
  )
  return { ...graph, inputs, nodes: [...casts, ...graph.nodes] }
}
