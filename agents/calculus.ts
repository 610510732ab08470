import type { Calculation, Value } from '../src/runtime/calculation.js'
import { parameterShapes, type Widths } from './networks.js'

/**
 * A network's forward pass over a batch, with what its gradients need. Samples are columns: ONNX Runtime packs the right
 * operand of a product, and a batch is several times smaller than the weights.
 */
export interface Pass {
  /** Weights and biases, alternating. */
  readonly parameters: readonly Value[]
  /** What goes into each layer, [in, n]. */
  readonly inputs: readonly Value[]
  /** [out, n] */
  readonly output: Value
}

/** @param parameters one vector, as `networks.ts` lays it out  @param input [features, n] */
export function forward(c: Calculation, widths: Widths, vector: Value, input: Value): Pass {
  const shapes = parameterShapes(widths)
  const pieces = c.split(
    vector,
    shapes.map(([rows, columns]) => rows * columns),
  )
  const parameters = pieces.map((piece, i) => c.reshape(piece, shapes[i]!))
  const layers = widths.length - 1
  const inputs = [input]
  const layerSum = (layer: number) =>
    c.product(parameters[2 * layer]!, inputs[layer]!, { c: parameters[2 * layer + 1]!, transposed: 'a' })
  for (let layer = 0; layer < layers - 1; layer++) inputs.push(c.relu(layerSum(layer)))
  return { parameters, inputs, output: layerSum(layers - 1) }
}

/** Gradients of each layer's sums before it is rectified, [out, n], from the last layer's. */
function backward(c: Calculation, { parameters, inputs }: Pass, output: Value): Value[] {
  const gradients = [output]
  for (let layer = inputs.length - 1; layer > 0; layer--) {
    const below = c.product(parameters[2 * layer]!, gradients[0]!)
    // The derivative of a rectifier is the sign of what it gives.
    gradients.unshift(c.mul(below, c.sign(inputs[layer]!)))
  }
  return gradients
}

/**
 * The gradient by the parameters, one vector as they are.
 * @param output the gradient by the pass's output, [out, n]
 */
export function parameterGradient(c: Calculation, pass: Pass, output: Value): Value {
  const byParameter = backward(c, pass, output).flatMap((gradient, layer) => [
    c.product(pass.inputs[layer]!, gradient, { transposed: 'b' }),
    c.sumOfRows(gradient),
  ])
  return c.concat(byParameter.map(gradient => c.reshape(gradient, [-1])))
}

/** The gradient by the pass's input, [features, n]. */
export function inputGradient(c: Calculation, pass: Pass, output: Value): Value {
  return c.product(pass.parameters[0]!, backward(c, pass, output)[0]!)
}
