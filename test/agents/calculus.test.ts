import { expect, it } from 'vitest'
import { forward, inputGradient, parameterGradient } from '../../agents/calculus.js'
import { evaluate, parameterCount, type Widths } from '../../agents/networks.js'
import { randomStream } from '../../src/random.js'
import { Calculation } from '../../src/runtime/calculation.js'

const SAMPLES = 3
const STEP = 2 ** -12

function expectClose(found: Float32Array, expected: ArrayLike<number>, tolerance: number): void {
  expect(found.length).toBe(expected.length)
  const worst = found.reduce((most, x, i) => Math.max(most, Math.abs(x - expected[i]!)), 0)
  expect(worst).toBeLessThan(tolerance)
}

it.each<{ widths: Widths }>([{ widths: [4, 2] }, { widths: [3, 7, 1] }, { widths: [5, 6, 4, 2] }])(
  'passes and differentiates a network $widths as finite differences do',
  async ({ widths }) => {
    const random = randomStream(3, widths.length, 'calculus')
    const uniform = (length: number) => Float32Array.from({ length }, () => 2 * random.uniform() - 1)
    const [features, outputs] = [widths[0]!, widths.at(-1)!]
    const parameters = uniform(parameterCount(widths))
    const input = uniform(features * SAMPLES)
    const weights = uniform(outputs * SAMPLES)

    const c = new Calculation()
    const weightsValue = c.input('weights', [outputs, SAMPLES])
    const pass = forward(
      c,
      widths,
      c.input('parameters', [parameters.length]),
      c.input('input', [features, SAMPLES]),
    )
    const opened = await c.open({
      output: pass.output,
      byParameters: parameterGradient(c, pass, weightsValue),
      byInput: inputGradient(c, pass, weightsValue),
    })
    const found = await opened.run({ weights, parameters, input })
    await opened.close()

    /** Outputs, samples in columns, in double precision. */
    const outputsOf = (p: Float32Array, x: Float32Array) => {
      const columns = Array.from({ length: SAMPLES }, (_, n) =>
        evaluate(
          widths,
          p,
          Array.from({ length: features }, (_, f) => x[f * SAMPLES + n]!),
        ),
      )
      return Array.from(
        { length: outputs * SAMPLES },
        (_, i) => columns[i % SAMPLES]![Math.floor(i / SAMPLES)]!,
      )
    }
    expectClose(found.output, outputsOf(parameters, input), 1e-5)

    const loss = (p: Float32Array, x: Float32Array) =>
      outputsOf(p, x).reduce((sum, y, i) => sum + y * weights[i]!, 0)
    const differences = (values: Float32Array, lossOf: (changed: Float32Array) => number) =>
      values.map((value, i) => {
        const [up, down] = [values.with(i, value + STEP), values.with(i, value - STEP)]
        return (lossOf(up) - lossOf(down)) / (up[i]! - down[i]!)
      })
    expectClose(
      found.byParameters,
      differences(parameters, p => loss(p, input)),
      1e-4,
    )
    expectClose(
      found.byInput,
      differences(input, x => loss(parameters, x)),
      1e-4,
    )
  },
)
