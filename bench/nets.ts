/** The project's folder, from which the CLI is run. */
export const root = new URL('..', import.meta.url).pathname

/** The file of a trained net, relative to `root`. */
export function modelOf(net: string): string {
  return net === 'resnet14' ? 'examples/fashion/resnet14.onnx' : `test/fixtures/models/${net}.onnx`
}

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}
