import { type DType, GraphError } from '../../../graph/types.js'
import type { AttributeValue } from '../graph-model/schema.js'
import type { Size } from '../import/value.js'

/** Attributes of a GraphDef's nodes, written as protocol buffers are as JSON: 64-bit integers as text, bytes in base64. */
export type Attributes = Readonly<Record<string, AttributeValue>>

const base64 = (value: string) => Buffer.from(value, 'utf8').toString('base64')

export const int = (value: number): AttributeValue => ({ i: String(value) })
export const ints = (values: readonly number[]): AttributeValue => ({ list: { i: values.map(String) } })
export const bool = (value: boolean): AttributeValue => ({ b: value })
export const text = (value: string): AttributeValue => ({ s: base64(value) })
export const texts = (values: readonly string[]): AttributeValue => ({ list: { s: values.map(base64) } })
export const type = (dtype: DType): AttributeValue => ({ type: typeName(dtype) })
export const shape = (sizes: readonly Size[]): AttributeValue => ({ shape: shapeProto(sizes) })

/** A number. @throws GraphError for one that JSON does not have. */
export function float(value: number): AttributeValue {
  if (!Number.isFinite(value)) throw new GraphError(`TF.js takes no attribute of ${value}`)
  return { f: value }
}

/** A shape as GraphDefs and signatures have it: -1 for a size that is not known. */
export function shapeProto(sizes: readonly Size[]): { dim: { size: string }[] } {
  return { dim: sizes.map(size => ({ size: String(size ?? -1) })) }
}

/** TensorFlow's name of an element type. @throws GraphError for one that TF.js does not have. */
export function typeName(dtype: DType): string {
  switch (dtype) {
    case 'float32':
      return 'DT_FLOAT'
    case 'int32':
    case 'int64':
      // TF.js has one type of integers.
      return 'DT_INT32'
    case 'bool':
      return 'DT_BOOL'
    case 'float64':
    case 'float16':
    case 'bfloat16':
    case 'int4':
    case 'int8':
    case 'uint8':
    case 'int16':
    case 'uint16':
    case 'uint32':
    case 'uint64':
      throw new GraphError(`TF.js has no values of type ${dtype}`)
  }
}
