import {
  type FakeQuantize,
  fakeQuantizeOf,
  type IntegerRange,
  integerRange,
  nearestInteger,
} from '../../graph/fake-quantize.js'
import { floats } from '../../graph/tensor.js'
import type { Graph } from '../../graph/types.js'
import { factorize } from '../cholesky.js'
import { fromWeightMatrix, type LinearLayer, linearLayers, weightMatrix } from '../layer.js'
import type { Moments } from '../moments.js'

/** Columns of a layer at most: its matrix is inverted, which takes the cube of them. */
const MOST_COLUMNS = 2048

/** What is added to the second moments, as a share of their mean: inputs that hardly vary make up for nothing. */
const DAMPING = 0.01

/**
 * Weights that, rounded by their quantisers, lose least of what their layers make: they are rounded one input after the
 * other, and what rounding took is made up for by the inputs still to come (GPTQ, Frantar et al. 2023, algorithm 1). A weight
 * is kept as it stood before it was rounded, so that training can go on from there.
 * @param quantized the graph with quantisers
 * @param float the same graph before it got them
 * @param moments of what its layers read; a layer without them, or with very many inputs, is left as it is
 */
export function compensate(quantized: Graph, float: Graph, moments: readonly Moments[]): Graph {
  const seen = new Map(moments.map(own => [own.node, own]))
  const layers = new Map(linearLayers(float).map(layer => [layer.weight, layer]))
  const initializers = new Map(quantized.initializers)
  for (const node of quantized.nodes) {
    const q = fakeQuantizeOf(node)
    const layer = layers.get(q?.input ?? '')
    const own = seen.get(layer?.node ?? '')
    if (q === undefined || layer === undefined || own?.columns !== layer.columns) continue
    if (layer.columns > MOST_COLUMNS) continue
    const weight = quantized.initializers.get(layer.weight)!
    const matrix = weightMatrix(layer, weight)
    roundInTurn(matrix, layer, stepsOf(quantized, q, layer), integerRange(q), inverseFactor(own))
    initializers.set(layer.weight, fromWeightMatrix(layer, matrix, weight.shape))
  }
  return { ...quantized, initializers }
}

/** The grid's step of each row. */
function stepsOf(graph: Graph, q: FakeQuantize, { rows }: LinearLayer): Float64Array {
  const steps = floats(graph.initializers.get(q.scale)!)
  return Float64Array.from({ length: rows }, (_, row) => steps[q.axis === null ? 0 : row]!)
}

/** Each column's loss is spread over the columns after it, in place; `factor` is of the inverse second moments. */
function roundInTurn(
  matrix: Float64Array,
  { rows, columns }: LinearLayer,
  steps: Float64Array,
  range: IntegerRange,
  factor: Float64Array,
): void {
  for (let row = 0; row < rows; row++) {
    const [start, step] = [row * columns, steps[row]!]
    for (let j = 0; j < columns; j++) {
      const w = matrix[start + j]!
      // What the quantiser will make of the weight once it is stored.
      const rounded = nearestInteger(Math.fround(w), step, range) * step
      const loss = (w - rounded) / factor[j * columns + j]!
      const along = j * columns
      for (let k = j + 1; k < columns; k++) matrix[start + k]! -= loss * factor[along + k]!
    }
  }
}

/** Known factors: a search rounds the same layers again and again. */
const factors = new WeakMap<Moments, Float64Array>()

/**
 * The upper Cholesky factor U of the inverse of the damped second moments, U'U, [columns, columns] row-major. With the
 * columns in reverse it is the inverse of the lower factor of the moments themselves, so that none but a triangle is
 * inverted.
 */
function inverseFactor(moments: Moments): Float64Array {
  const known = factors.get(moments)
  if (known !== undefined) return known
  const { columns: n, second } = moments
  const damped = Float64Array.from(second).reverse()
  let trace = 0
  for (let i = 0; i < n; i++) trace += second[i * (n + 1)]!
  const damping = Math.max(Number.MIN_VALUE * 2 ** 60, (DAMPING * trace) / n)
  for (let i = 0; i < n; i++) damped[i * (n + 1)]! += damping
  factorize(damped, n)
  const upper = inverseTriangle(damped, n).reverse()
  factors.set(moments, upper)
  return upper
}

/** The inverse of a lower triangular matrix, [n, n] row-major; what stands above its diagonal is not looked at. */
function inverseTriangle(lower: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    const row = inverse.subarray(i * n, (i + 1) * n)
    for (let k = 0; k < i; k++) {
      const [factor, other] = [lower[i * n + k]!, inverse.subarray(k * n, (k + 1) * n)]
      for (let j = 0; j <= k; j++) row[j]! -= factor * other[j]!
    }
    const own = lower[i * (n + 1)]!
    for (let j = 0; j < i; j++) row[j]! /= own
    row[i] = 1 / own
  }
  return inverse
}
