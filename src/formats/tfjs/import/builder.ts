import { int64Tensor } from '../../../graph/tensor.js'
import { type Attribute, GraphError, type Node, type Tensor } from '../../../graph/types.js'
import { nameOfKey } from './value.js'

export type Attributes = Readonly<Record<string, Attribute>>

/** A graph in the making: nodes in the order of their emission, each constant once. */
export class Builder {
  readonly nodes: Node[] = []
  readonly initializers = new Map<string, Tensor>()
  /** The key that each initializer was made for, by its name. */
  readonly keys = new Map<string, string>()
  readonly #taken = new Set<string>()
  readonly #remembered = new Map<string, string>()
  #scope = ''
  /** Whether some value's first axis is open but not the batch alone: a Reshape has put other axes into it. */
  mergesBatch = false

  /** Names what is emitted from here on after a node or layer of the model that is read. */
  enter(scope: string): void {
    this.#scope = scope
  }

  /** A name that nothing has yet. */
  unique(wish: string): string {
    let name = wish
    for (let i = 1; this.#taken.has(name); i++) name = `${wish}#${i}`
    this.#taken.add(name)
    return name
  }

  /** Adds a node and returns the name of its only output. */
  emit(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.emitMany(op, inputs, attributes, 1)[0]!
  }

  /** Adds a node and returns the names of its outputs. */
  emitMany(op: string, inputs: readonly string[], attributes: Attributes, count: number): string[] {
    const id = this.unique(`${this.#scope}/${op}`)
    const outputs = Array.from({ length: count }, (_, i) => this.unique(i === 0 ? `${id}:0` : `${id}:${i}`))
    this.nodes.push({ id, op, domain: '', inputs, outputs, attributes })
    return outputs
  }

  /** The name of the initializer of that key, made on its first use: a weight that is read twice stays one. */
  initializer(key: string, make: () => Tensor): string {
    return this.once(`constant ${key}`, () => {
      const name = this.unique(nameOfKey(key))
      this.initializers.set(name, make())
      this.keys.set(name, key)
      return name
    })
  }

  /** A list of integers as a constant. @throws GraphError for other numbers, which a file may hold in their place. */
  integers(values: readonly number[]): string {
    if (!values.every(Number.isSafeInteger)) throw new GraphError(`expected integers, found [${values}]`)
    return this.initializer(`integers_${values.join('_')}`, () => int64Tensor([values.length], values))
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
