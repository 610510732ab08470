/**
 * The model as plain readonly data, with ONNX semantics (NCHW). Every compression is a function Graph -> Graph.
 */

/** Element types a tensor can hold here; an ONNX type outside the list is refused at import. */
export type DType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'bfloat16'
  | 'int4'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'bool'

/** float16 and bfloat16 keep their raw bits in a Uint16Array; bool and int4 are one byte an element. */
export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array

/** A constant: `data.length` is the product of `shape`. */
export interface Tensor {
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly data: TensorData
}

/** An operator's attribute. What pare never looks into (sub-graphs, sparse tensors) stays `opaque`, byte for byte. */
export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'tensor'; readonly value: Tensor }
  | { readonly kind: 'opaque'; readonly bytes: Uint8Array; readonly captures: readonly string[] }

/** One operator call. An empty string among `inputs` is an optional input left out. */
export interface Node {
  /** Unique in the graph and stable through import, compression and export. */
  readonly id: string
  readonly op: string
  /** '' is the standard ONNX domain. */
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, Attribute>>
}

/** A dimension: a size, or the name of a dynamic one. */
export type Dim = number | string

/** A graph input as the model declares it. */
export interface ValueInfo {
  readonly name: string
  readonly dtype: DType
  readonly shape: readonly Dim[]
}

/** A graph output as the model declares it; its shape is null where the model leaves that open. */
export interface OutputInfo {
  readonly name: string
  readonly dtype: DType
  readonly shape: readonly Dim[] | null
}

export interface Graph {
  readonly name: string
  /** Version of the ONNX file format the model came in. */
  readonly irVersion: number
  /** Version of the standard ONNX operator set. */
  readonly opset: number
  /** Versions of the other operator sets, by domain. */
  readonly otherOpsets: Readonly<Record<string, number>>
  /** Nodes in topological order. */
  readonly nodes: readonly Node[]
  readonly initializers: ReadonlyMap<string, Tensor>
  readonly inputs: readonly ValueInfo[]
  readonly outputs: readonly OutputInfo[]
  /** Free text the model carries (key -> value). */
  readonly metadata: Readonly<Record<string, string>>
  /** Shapes, of one sample where the batch is open, seen when the model ran, of values that no rule of shape inference tells. */
  readonly observed?: ReadonlyMap<string, readonly number[]>
}

const LONGEST_MESSAGE = 500

/**
 * A model that pare cannot take, in one line a user can act on. Names in a message come from the file, which may hold
 * anything: control characters would break the line or steer the terminal, and a shape may go on for pages.
 */
export class GraphError extends Error {
  override readonly name = 'GraphError'

  constructor(message: string, options?: ErrorOptions) {
    const line = message.replaceAll(/\p{Cc}/gu, '\ufffd')
    super(line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE)}…` : line, options)
  }
}
