import type { Constant, Value } from '../import/value.js'

/** The class of what stands for the input of a model; its output is what the model is called on. */
export const INPUT = 'InputLayer'

/** A weight that a call of a layer read. */
export interface ReadWeight {
  /** The layer within the called one whose weight it is; null for its own. */
  readonly part: string | null
  /** What the layer calls it, `kernel` say. */
  readonly name: string
  readonly constant: Constant
}

/** What an import knows of one call of a layer, so that what becomes of it can be found again. */
export interface LayerCall {
  /** The layer as messages name it. */
  readonly title: string
  readonly className: string
  /** Its configuration, the very object of the topology: layers that are called twice have one. */
  readonly config: unknown
  readonly weights: readonly ReadWeight[]
  /** The ids of the nodes that it made, in order. */
  readonly nodes: readonly string[]
  readonly output: Value | undefined
}
