import { writeOnnx } from '../formats/onnx/write.js'
import { elementCount } from '../graph/tensor.js'
import type { Attribute, Node, Tensor, ValueInfo } from '../graph/types.js'
import { openSession } from './session.js'

/** A value of a calculation: the name it has in the graph. */
export type Value = string

const int = (value: number): Attribute => ({ kind: 'int', value })

/**
 * Float32 arithmetic written as calls, run as one graph: ONNX Runtime's matrix products are several times faster than
 * those of the other engines here, and a call of one of its operators costs a microsecond.
 */
export class Calculation {
  readonly #nodes: Node[] = []
  readonly #constants = new Map<string, Tensor>()
  readonly #inputs: ValueInfo[] = []

  /** What is given at each run. */
  input(name: string, shape: readonly number[]): Value {
    this.#inputs.push({ name, dtype: 'float32', shape })
    return name
  }

  /** An array that holds one number everywhere; a scalar where no shape is given. */
  constant(value: number, shape: readonly number[] = []): Value {
    const data = new Float32Array(elementCount(shape)).fill(value)
    return this.#constant(`${value} [${shape}]`, { dtype: 'float32', shape, data })
  }

  add = (a: Value, b: Value): Value => this.#call('Add', [a, b])
  sub = (a: Value, b: Value): Value => this.#call('Sub', [a, b])
  mul = (a: Value, b: Value): Value => this.#call('Mul', [a, b])
  div = (a: Value, b: Value): Value => this.#call('Div', [a, b])
  scale = (a: Value, factor: number): Value => this.mul(a, this.constant(factor))
  neg = (a: Value): Value => this.#call('Neg', [a])
  square = (a: Value): Value => this.mul(a, a)
  sqrt = (a: Value): Value => this.#call('Sqrt', [a])
  exp = (a: Value): Value => this.#call('Exp', [a])
  min = (a: Value, b: Value): Value => this.#call('Min', [a, b])
  clip = (a: Value, low: number, high: number): Value =>
    this.#call('Clip', [a, this.constant(low), this.constant(high)])
  sign = (a: Value): Value => this.#call('Sign', [a])
  relu = (a: Value): Value => this.#call('Relu', [a])
  sigmoid = (a: Value): Value => this.#call('Sigmoid', [a])
  /** Logarithms of each column's softmax, [m, n] -> [m, n]. */
  logSoftmaxOfColumns = (a: Value): Value => this.#call('LogSoftmax', [a], { axis: int(0) })
  /** The mean of all elements, a scalar. */
  mean = (a: Value): Value => this.#call('ReduceMean', [a], { keepdims: int(0) })
  /** Rows' sums: [m, n] -> [m, 1]. */
  sumOfRows = (a: Value): Value => this.#call('ReduceSum', [a, this.#sizes([1])], { keepdims: int(1) })
  /** Columns' sums: [m, n] -> [1, n]. */
  sumOfColumns = (a: Value): Value => this.#call('ReduceSum', [a, this.#sizes([0])], { keepdims: int(1) })
  transpose = (a: Value): Value => this.#call('Transpose', [a])
  reshape = (a: Value, shape: readonly number[]): Value => this.#call('Reshape', [a, this.#sizes(shape)])
  /** Joins along the first axis. */
  concat = (values: readonly Value[]): Value => this.#call('Concat', values, { axis: int(0) })

  /** Cuts the first axis into pieces of the given lengths. */
  split(a: Value, lengths: readonly number[]): Value[] {
    return this.#emit('Split', [a, this.#sizes(lengths)], { axis: int(0) }, lengths.length)
  }

  /** A B + C of matrices, the first or the second transposed before; C is broadcast. */
  product(a: Value, b: Value, { c, transposed }: { c?: Value; transposed?: 'a' | 'b' } = {}): Value {
    const attributes = { transA: int(Number(transposed === 'a')), transB: int(Number(transposed === 'b')) }
    return this.#call('Gemm', c === undefined ? [a, b] : [a, b, c], attributes)
  }

  /**
   * The calculation as a function of its inputs' elements; each output's elements come in an array of their own.
   * @param outputs a name for each value that is wanted
   */
  async open<Name extends string>(outputs: Readonly<Record<Name, Value>>): Promise<Opened<Name>> {
    const names = Object.keys(outputs) as Name[]
    const session = await openSession(
      writeOnnx({
        name: 'calculation',
        irVersion: 8,
        opset: 17,
        otherOpsets: {},
        metadata: {},
        nodes: this.#nodes,
        initializers: this.#constants,
        inputs: this.#inputs,
        outputs: names.map(name => ({ name: outputs[name], dtype: 'float32', shape: null })),
      }),
    )
    return {
      run: async given => {
        const feeds = this.#inputs.map(({ name, shape }) => {
          const data = given[name]
          if (data === undefined) throw new Error(`no value is given for ${name}`)
          return [name, { data, shape: shape as readonly number[] }] as const
        })
        const results = await session.run(Object.fromEntries(feeds))
        const found = names.map(name => [name, results[outputs[name]]!.data] as const)
        return Object.fromEntries(found) as Record<Name, Float32Array>
      },
      close: session.close,
    }
  }

  #sizes(sizes: readonly number[]): Value {
    const data = BigInt64Array.from(sizes, BigInt)
    return this.#constant(`sizes ${sizes}`, { dtype: 'int64', shape: [sizes.length], data })
  }

  #constant(name: string, tensor: Tensor): Value {
    this.#constants.set(name, tensor)
    return name
  }

  #call(op: string, inputs: readonly Value[], attributes: Node['attributes'] = {}): Value {
    return this.#emit(op, inputs, attributes, 1)[0]!
  }

  #emit(op: string, inputs: readonly Value[], attributes: Node['attributes'], count: number): Value[] {
    const id = `${op} ${this.#nodes.length}`
    const outputs = Array.from({ length: count }, (_, i) => `${id}:${i}`)
    this.#nodes.push({ id, op, domain: '', inputs, outputs, attributes })
    return outputs
  }
}

/** A calculation that runs; it must be closed. */
export interface Opened<Name extends string> {
  run(inputs: Readonly<Record<string, Float32Array>>): Promise<Readonly<Record<Name, Float32Array>>>
  close(): Promise<void>
}
