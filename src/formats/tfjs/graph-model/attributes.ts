import { type DType, GraphError } from '../../../graph/types.js'
import type { Size } from '../import/value.js'
import type { AttributeValue, GraphNode } from './schema.js'

/** TensorFlow's element types by name and by number. */
const types: Readonly<Record<string, DType>> = {
  DT_FLOAT: 'float32',
  1: 'float32',
  DT_INT32: 'int32',
  3: 'int32',
  DT_UINT8: 'uint8',
  4: 'uint8',
  DT_INT64: 'int64',
  9: 'int64',
  DT_BOOL: 'bool',
  10: 'bool',
}

/** A node's attributes, read by kind. A left-out attribute gives the fallback, as in a GraphDef. */
export class Attributes {
  readonly #values: Readonly<Record<string, AttributeValue>>

  constructor(node: GraphNode) {
    this.#values = node.attr ?? {}
  }

  #value(name: string): AttributeValue {
    return Object.hasOwn(this.#values, name) ? this.#values[name]! : {}
  }

  int(name: string, fallback: number): number {
    const { i } = this.#value(name)
    return i === undefined ? fallback : toInteger(i, name)
  }

  ints(name: string, fallback: readonly number[]): readonly number[] {
    const { list } = this.#value(name)
    return list?.i === undefined ? fallback : list.i.map(i => toInteger(i, name))
  }

  float(name: string, fallback: number): number {
    const { f } = this.#value(name)
    return f === undefined ? fallback : Number(f)
  }

  bool(name: string, fallback: boolean): boolean {
    return this.#value(name).b ?? fallback
  }

  string(name: string, fallback: string): string {
    const { s } = this.#value(name)
    return s === undefined ? fallback : toText(s)
  }

  strings(name: string): readonly string[] {
    return (this.#value(name).list?.s ?? []).map(toText)
  }

  dtype(name: string): DType {
    const { type = 'DT_FLOAT' } = this.#value(name)
    const found = Object.hasOwn(types, type) ? types[type] : undefined
    if (found === undefined) throw new GraphError(`element type ${type} is not supported`)
    return found
  }

  /** A shape whose sizes below zero are not known. @throws GraphError where not even the rank is. */
  shape(name: string): Size[] {
    const { shape } = this.#value(name)
    if (shape === undefined || shape.unknownRank === true) throw new GraphError('its shape is not known')
    return (shape.dim ?? []).map(({ size }) => {
      const value = size === undefined ? 0 : toInteger(size, name)
      return value < 0 ? null : value
    })
  }
}

function toInteger(value: number | string, name: string): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number))
    throw new GraphError(`attribute ${name} should be an integer, found ${value}`)
  return number
}

function toText(bytes: string | readonly number[]): string {
  return typeof bytes === 'string'
    ? Buffer.from(bytes, 'base64').toString('utf8')
    : String.fromCharCode(...bytes)
}
