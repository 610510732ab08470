import type { Random } from '../src/random.js'

/** Widths of a multi-layer perceptron's layers, from its inputs to its outputs; hidden ones are rectified. */
export type Widths = readonly number[]

/** Output weights start this small, so that first actions lie mid-way (Lillicrap et al. 2016, section 7). */
const OUTPUT_INIT = 3e-3

/**
 * Shapes of a network's parameters in the order in which one vector holds them: weights [in, out] and biases [out, 1],
 * alternating.
 */
export function parameterShapes(widths: Widths): (readonly [number, number])[] {
  return widths.slice(1).flatMap((width, layer): (readonly [number, number])[] => [
    [widths[layer]!, width],
    [width, 1],
  ])
}

/** How many parameters a network has. */
export function parameterCount(widths: Widths): number {
  return parameterShapes(widths).reduce((sum, [rows, columns]) => sum + rows * columns, 0)
}

/** Parameters to start from; hidden layers are uniform in +-1/sqrt(inputs). */
export function initialParameters(widths: Widths, random: Random): Float32Array {
  const layers = widths.length - 1
  const values = parameterShapes(widths).flatMap(([rows, columns], i) => {
    const layer = Math.floor(i / 2)
    const bound = layer === layers - 1 ? OUTPUT_INIT : 1 / Math.sqrt(widths[layer]!)
    return Array.from({ length: rows * columns }, () => bound * (2 * random.uniform() - 1))
  })
  return Float32Array.from(values)
}

/** A network's outputs for one input, computed here and at once; `calculus.ts` has the same for batches. */
export function evaluate(widths: Widths, parameters: Float32Array, input: readonly number[]): Float64Array {
  let values = new Float64Array(input)
  let offset = 0
  for (const [layer, width] of widths.slice(1).entries()) {
    if (layer > 0) values = values.map(value => Math.max(0, value))
    const biases = offset + values.length * width
    const sums = new Float64Array(parameters.subarray(biases, biases + width))
    addProduct(sums, values, parameters, offset)
    values = sums
    offset = biases + width
  }
  return values
}

/** Adds values W to the sums; W [in, out] begins at an offset. */
function addProduct(sums: Float64Array, values: Float64Array, parameters: Float32Array, offset: number) {
  const width = sums.length
  for (let i = 0, row = offset; i < values.length; i++, row += width) {
    const value = values[i]!
    // Half of the hidden units do not fire.
    if (value !== 0) for (let j = 0; j < width; j++) sums[j]! += value * parameters[row + j]!
  }
}
