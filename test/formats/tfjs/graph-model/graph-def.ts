import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A node of a GraphDef in short. */
export interface NodeDef {
  readonly name: string
  readonly op: string
  readonly input?: readonly string[]
  readonly attr?: Readonly<Record<string, unknown>>
}

export const FLOAT = { type: 'DT_FLOAT' }

export function placeholder(name: string, ...shape: number[]): NodeDef {
  const dim = shape.map(size => ({ size: String(size) }))
  return { name, op: 'Placeholder', attr: { dtype: FLOAT, shape: { shape: { dim } } } }
}

export const text = (value: string) => ({ s: Buffer.from(value).toString('base64') })
export const integers = (...values: number[]) => ({ list: { i: values.map(String) } })

export interface WeightDef {
  readonly name: string
  readonly shape: readonly number[]
  readonly data: Float32Array | Int32Array
}

/** Writes a graph model whose constants are `weights`; `change` may damage its model.json. */
export function saveGraph(
  folder: string,
  nodes: readonly NodeDef[],
  weights: readonly WeightDef[] = [],
  change: (json: Record<string, unknown>) => unknown = json => json,
): string {
  mkdirSync(folder, { recursive: true })
  const constants = weights.map(({ name, data }) => ({
    name,
    op: 'Const',
    attr: { dtype: { type: data instanceof Int32Array ? 'DT_INT32' : 'DT_FLOAT' } },
  }))
  const bytes = weights.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength))
  writeFileSync(join(folder, 'weights.bin'), Buffer.concat(bytes))
  const json = {
    format: 'graph-model',
    modelTopology: { node: [...constants, ...nodes], versions: {} },
    weightsManifest: [
      {
        paths: ['weights.bin'],
        weights: weights.map(({ name, shape, data }) => ({
          name,
          shape,
          dtype: data instanceof Int32Array ? 'int32' : 'float32',
        })),
      },
    ],
  }
  writeFileSync(join(folder, 'model.json'), JSON.stringify(change(json)))
  return join(folder, 'model.json')
}
