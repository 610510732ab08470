import { GraphError } from '../../../graph/types.js'
import { naming } from '../../naming.js'
import type { Builder } from '../import/builder.js'
import { scalar } from '../import/ops/elementwise.js'
import type { Constant, Size, Value } from '../import/value.js'
import type { Weights } from '../weights/decode.js'
import type { Call } from './call.js'
import { type Argument, argumentsIn, type Connection, connected, connectionsIn } from './connections.js'
import { INPUT, type LayerCall, type ReadWeight } from './layer-call.js'
import { layerOf } from './layers/registry.js'
import type { Masks } from './masks.js'
import { declaredShape, type LayerSpec, parseConfig, parseFunctional, parseSequential } from './schema.js'
import { layerWeight, onlyWeight } from './weights.js'

/** What stays the same through all models and layers of a file. */
export interface Context {
  readonly b: Builder
  readonly weights: Weights
  readonly keras: number | null
  readonly masks: Masks
  /** The layer around the one that is called, after which weights may be called. */
  readonly wrapper?: readonly string[] | undefined
  /** The calls of layers in the order in which they were made. */
  readonly calls: LayerCall[]
}

/** Models in models; a file that nests deeper is damaged. */
const MAX_NESTING = 32

function isSequential({ class_name }: LayerSpec): boolean {
  return class_name === 'Sequential'
}

export function isFunctional({ class_name }: LayerSpec): boolean {
  return class_name === 'Model' || class_name === 'Functional'
}

/** Passes over the layers of a model until each has what it reads: Keras lists them in an order that takes one or two. */
const MAX_PASSES = 1000

/** The name of a layer; a functional model gives it beside the configuration too. */
export function nameOf(spec: LayerSpec): string {
  const config = spec.config
  if (spec.name !== undefined) return spec.name
  return typeof config === 'object' && config !== null && 'name' in config && typeof config.name === 'string'
    ? config.name
    : spec.class_name
}

/** A layer as messages name it. */
const titleOf = (spec: LayerSpec) => `layer ${nameOf(spec)} (${spec.class_name})`

/** What a layer, or a model used as one, makes of its inputs. @throws GraphError naming the layer and its class. */
export function call(
  context: Context,
  spec: LayerSpec,
  inputs: readonly Value[],
  around: readonly string[],
  names: readonly (string | null)[] = [],
): readonly Value[] {
  const path = [...around, nameOf(spec)]
  if (path.length > MAX_NESTING) throw new GraphError('models nested too deeply')
  if (isSequential(spec)) return callSequential(context, spec, inputs, path)
  if (isFunctional(spec)) return callFunctional(context, spec, inputs, path)
  return naming(titleOf(spec), () => {
    const layer = layerOf(spec.class_name)
    if (layer === undefined) throw new GraphError('this kind of layer is not supported')
    const { b, masks } = context
    b.enter(path.slice(1).join('/'))
    const [before, weights] = [b.nodes.length, [] as ReadWeight[]]
    const read = callOf(context, path, spec.config, { inputs, names }, weights)
    masks.assertUnheeded(spec.class_name, inputs)
    const made = layer(read)
    const outputs = 'kind' in made ? [made] : made
    if (masks.among(inputs) || makesMask(spec, read)) masks.add(outputs)
    context.calls.push({
      title: titleOf(spec),
      className: spec.class_name,
      config: spec.config,
      weights,
      nodes: b.nodes.slice(before).map(({ id }) => id),
      output: outputs[0],
    })
    return outputs
  })
}

function makesMask({ class_name }: LayerSpec, { config }: Call): boolean {
  return class_name === 'Masking' || (class_name === 'Embedding' && config.mask_zero === true)
}

function callOf(
  context: Context,
  path: readonly string[],
  given: unknown,
  read: Pick<Call, 'inputs' | 'names'>,
  used: ReadWeight[],
  part: string | null = null,
): Call {
  const { b, keras, weights, masks, wrapper } = context
  const weight = (name: string) =>
    layerWeight(weights, path, name) ?? (wrapper && layerWeight(weights, wrapper, name))
  const use = (name: string, constant: Constant | undefined) => {
    if (constant !== undefined) used.push({ part, name, constant })
    return constant
  }
  return {
    ...read,
    b,
    keras,
    config: parseConfig(given, 'config'),
    weight: (...names) =>
      use(
        names[0] ?? '',
        names.map(weight).find(found => found !== undefined),
      ),
    onlyWeight: () => use('only', onlyWeight(weights, path)),
    within: (name, config) => callOf(context, [...path, name], config, read, used, name),
    inner(spec, input) {
      if (masks.among(read.inputs)) masks.add([input])
      const isModel = isSequential(spec) || isFunctional(spec)
      const [made, ...more] = call({ ...context, wrapper: isModel ? undefined : path }, spec, [input], path)
      if (made === undefined || more.length > 0) throw new GraphError('it holds a layer of several outputs')
      return made
    },
  }
}

function callSequential(
  context: Context,
  spec: LayerSpec,
  inputs: readonly Value[],
  path: readonly string[],
): readonly Value[] {
  const { layers } = parseSequential(spec.config, `model ${nameOf(spec)}`)
  for (const { config } of [spec, ...layers.slice(0, 1)]) declareInput(context, spec, config, inputs[0])
  return layers
    .filter(layer => layer.class_name !== INPUT)
    .reduce((values, layer) => call(context, layer, values, path), inputs)
}

/** Notes whose shape a configuration in a model declares, if it does. */
function declareInput({ calls }: Context, spec: LayerSpec, config: unknown, input: Value | undefined): void {
  calls.push({ title: titleOf(spec), className: INPUT, config, weights: [], nodes: [], output: input })
}

/** One call of a layer that waits for the values it reads. */
interface Pending {
  readonly layer: LayerSpec
  readonly index: number
  readonly reads: readonly Argument[]
}

function callFunctional(
  context: Context,
  spec: LayerSpec,
  inputs: readonly Value[],
  path: readonly string[],
): readonly Value[] {
  const { layers, input_layers, output_layers } = parseFunctional(spec.config, `model ${nameOf(spec)}`)
  const made = new Map<string, readonly Value[]>()
  const calls = pendingCalls(layers)
  const results = connectionsIn(output_layers)
  const first = firstCalls([...calls.flatMap(({ reads }) => reads.flatMap(connected)), ...results])
  const key = ({ layer, call }: Pick<Connection, 'layer' | 'call'>) => `${call} ${layer}`
  const value = (from: Connection): Value | undefined => made.get(key(from))?.[from.output]
  for (const [i, from] of connectionsIn(input_layers).entries()) {
    const input = inputs[i]
    if (input === undefined)
      throw new GraphError(`model ${nameOf(spec)}: it has more inputs than it is given`)
    made.set(key(from), [input])
    declareInput(context, spec, layers.find(layer => nameOf(layer) === from.layer)?.config, input)
  }
  let waiting = calls
  for (let passes = 0; waiting.length > 0; passes++) {
    if (passes === MAX_PASSES)
      throw new GraphError(`model ${nameOf(spec)}: too many layers stand before those they read`)
    const later = waiting.filter(pending => {
      const values = pending.reads.map(read =>
        typeof read.value === 'number' ? scalar(read.value) : value(read.value),
      )
      if (values.includes(undefined)) return true
      const ready = values.filter(v => v !== undefined)
      const names = pending.reads.map(read => read.name)
      const { layer, index } = pending
      const offset = isSequential(layer) || isFunctional(layer) ? (first.get(nameOf(layer)) ?? 0) : 0
      made.set(key({ layer: nameOf(layer), call: index + offset }), call(context, layer, ready, path, names))
      return false
    })
    if (later.length === waiting.length) throw stuck(later[0]!, value)
    waiting = later
  }
  return results.map(from => {
    const output = value(from)
    if (output === undefined)
      throw new GraphError(`model ${nameOf(spec)}: its output ${from.layer} is never made`)
    return output
  })
}

/**
 * The number of each layer's first call, 0 or 1: for a model used as a layer, most versions of Keras and TF.js count its
 * own making as call 0. Every call leads to an output, so the lowest number that is read is the first.
 */
function firstCalls(reads: readonly Connection[]): ReadonlyMap<string, number> {
  const first = new Map<string, number>()
  for (const { layer, call } of reads) first.set(layer, Math.min(call, first.get(layer) ?? 1))
  return first
}

function pendingCalls(layers: readonly LayerSpec[]): Pending[] {
  const names = new Set<string>()
  return layers.flatMap(layer => {
    const name = nameOf(layer)
    if (names.has(name)) throw new GraphError(`layer ${name} is defined twice`)
    names.add(name)
    if (layer.class_name === INPUT) return []
    return (layer.inbound_nodes ?? []).map((node, index) => ({
      layer,
      index,
      reads: naming(titleOf(layer), () => argumentsIn(node)),
    }))
  })
}

function stuck({ layer, reads }: Pending, value: (from: Connection) => Value | undefined): GraphError {
  const missing = reads.flatMap(connected).find(from => value(from) === undefined)
  return new GraphError(
    `layer ${nameOf(layer)} reads ${missing?.layer}, which is not there or depends on it in turn`,
  )
}

/** An input that a model declares. */
export interface DeclaredInput {
  readonly name: string
  readonly shape: readonly Size[]
}

/** The inputs of a model: its input layers, or what its first layer says. */
export function declaredInputs(spec: LayerSpec, depth = 0): DeclaredInput[] {
  const what = `model ${nameOf(spec)}`
  if (depth > MAX_NESTING) throw new GraphError('models nested too deeply')
  if (isFunctional(spec)) {
    const { layers, input_layers } = parseFunctional(spec.config, what)
    return connectionsIn(input_layers).map(({ layer }) => {
      const found = layers.find(other => nameOf(other) === layer)
      if (found === undefined) throw new GraphError(`${what}: its input ${layer} is not there`)
      return declared(found)
    })
  }
  if (!isSequential(spec))
    throw new GraphError(`expected a Sequential or functional model, found ${spec.class_name}`)
  const { layers, build_input_shape } = parseSequential(spec.config, what)
  const [first] = layers
  if (first === undefined) throw new GraphError(`${what} has no layers`)
  if (isSequential(first) || isFunctional(first)) return declaredInputs(first, depth + 1)
  if (build_input_shape != null && declaredShape(first.config) === undefined)
    return [{ name: 'input', shape: build_input_shape }]
  return [declared(first)]
}

function declared(layer: LayerSpec): DeclaredInput {
  const shape = declaredShape(layer.config)
  if (shape === undefined)
    throw new GraphError(`layer ${nameOf(layer)}: the model does not say its input's shape`)
  return { name: layer.class_name === INPUT ? nameOf(layer) : `${nameOf(layer)}_input`, shape }
}
