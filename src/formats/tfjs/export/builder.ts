import type { Tensor } from '../../../graph/types.js'
import type { GraphNode } from '../graph-model/schema.js'
import { type Attributes, shape, type } from './attribute.js'
import { floatScalar, int32Tensor } from './tensor.js'

/** A GraphDef in the making: nodes in the order of their emission, each constant once. */
export class Builder {
  readonly nodes: GraphNode[] = []
  /** The values of the Const nodes, by node. */
  readonly weights = new Map<string, Tensor>()
  /** The number of the Graph's constant that a weight is, in its order, by Const node. */
  readonly origins = new Map<string, number>()
  /** Names that are taken, with the last number that was put behind each. */
  readonly #taken = new Map<string, number>()
  readonly #remembered = new Map<string, string>()
  #scope = ''
  #entered = false

  /**
   * Names what is emitted from here on after a node of the Graph. The reader puts an operator's name behind that of its
   * node; it is taken off again, so that names do not grow on every way out and in.
   */
  enter(id: string, op: string): void {
    this.#scope = id.endsWith(`/${op}`) ? id.slice(0, -op.length - 1) : id
    this.#entered = true
  }

  /** A name that nothing has yet, in the letters that TensorFlow allows. */
  unique(wish: string): string {
    const legal = wish.replaceAll(/[^A-Za-z0-9_./-]/g, '_').replace(/^[^A-Za-z0-9.]+/, '') || 'node'
    let name = legal
    let next = this.#taken.get(legal) ?? 0
    while (this.#taken.has(name)) name = `${legal}_${++next}`
    this.#taken.set(legal, next)
    this.#taken.set(name, this.#taken.get(name) ?? 0)
    return name
  }

  /** Adds a node and returns the name of its first output. */
  emit(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const name = this.unique(this.#entered ? this.#scope : `${this.#scope}/${op}`)
    this.#entered = false
    return this.emitAs(name, op, inputs, attributes)
  }

  /** Adds a node whose name is settled. */
  emitAs(name: string, op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    this.nodes.push({ name, op, input: [...inputs], attr: { ...attributes } })
    return name
  }

  /** Adds a node and returns the names of its outputs. */
  emitMany(op: string, inputs: readonly string[], attributes: Attributes, count: number): string[] {
    const name = this.emit(op, inputs, attributes)
    return Array.from({ length: count }, (_, i) => (i === 0 ? name : `${name}:${i}`))
  }

  /**
   * The Const node of a constant, made on its first use: a weight that is read twice stays one.
   * @param key which constant it is, a word, and its name: `7 conv/kernel:hwio`. What stands behind a colon says what
   *   became of it, and is left out of the node's name.
   */
  constant(key: string, make: () => Tensor): string {
    return this.once(`constant ${key}`, () => {
      const tensor = make()
      const name = this.unique(/^\S* ?([^:]*)/.exec(key)?.[1] ?? '')
      this.weights.set(name, tensor)
      const [, number] = /^(\d+) /.exec(key) ?? []
      if (number !== undefined) this.origins.set(name, Number(number))
      const dtype = type(tensor.dtype)
      const value = { tensor: { dtype: dtype.type, tensorShape: shape(tensor.shape).shape } }
      return this.emitAs(name, 'Const', [], { value, dtype })
    })
  }

  integers(values: readonly number[], sizes: readonly number[] = [values.length]): string {
    return this.constant(`integers integers:${sizes.join('x')}:${values.join()}`, () =>
      int32Tensor(sizes, values),
    )
  }

  integer(value: number): string {
    return this.integers([value], [])
  }

  scalar(value: number): string {
    return this.constant(`scalar scalar:${value}`, () => floatScalar(value))
  }

  /** What `make` returned when it was first called for that key: one Transpose serves all who read it. */
  once(key: string, make: () => string): string {
    const found = this.#remembered.get(key)
    if (found !== undefined) return found
    const name = make()
    this.#remembered.set(key, name)
    return name
  }
}
