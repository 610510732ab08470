/** What the samples of a split should give: an array with one entry a sample. */
export interface Target {
  /** Integers are classes, floats are numbers to be met. */
  readonly values: Int32Array | Float32Array
  /** Of one sample. */
  readonly shape: readonly number[]
}

/** The entries `from` to `to` of targets, without copying. */
export function targetsBetween(
  targets: Readonly<Record<string, Target>>,
  from: number,
  to: number,
): Readonly<Record<string, Target>> {
  return Object.fromEntries(
    Object.entries(targets).map(([name, { values, shape }]) => {
      const size = shape.reduce((product, dim) => product * dim, 1)
      return [name, { values: values.subarray(from * size, to * size), shape }]
    }),
  )
}
