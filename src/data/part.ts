import type { Split } from './dataset.js'
import type { Goal } from './goals.js'

/** The first `n` samples of a split, without copying. */
export function firstOf(split: Split, n: number): Split {
  return partOf(
    split,
    Array.from({ length: Math.min(n, split.n) }, (_, i) => i),
  )
}

/** Samples of a split, in the order given. */
export function partOf(split: Split, chosen: readonly number[]): Split {
  const { goals } = split
  return {
    samples: rows(split.samples, split.n, chosen),
    labels: rows(split.labels, split.n, chosen),
    n: chosen.length,
    ...(goals === undefined ? {} : { goals: goals.map(goal => goalOf(goal, split.n, chosen)) }),
  }
}

function goalOf(goal: Goal, n: number, chosen: readonly number[]): Goal {
  const original = goal.original === null ? null : rows(goal.original, n, chosen)
  switch (goal.kind) {
    case 'classes':
      return { ...goal, original, truth: goal.truth === null ? null : rows(goal.truth, n, chosen) }
    case 'numbers':
      return { ...goal, original, truth: goal.truth === null ? null : rows(goal.truth, n, chosen) }
  }
}

/** The chosen rows of an array of `n`; itself, as far as it goes, where they are the first ones. */
function rows<T extends Float32Array | Int32Array>(source: T, n: number, chosen: readonly number[]): T {
  const size = source.length / n
  if (chosen.every((row, i) => row === i)) return source.subarray(0, chosen.length * size) as T
  const found = source.slice(0, chosen.length * size) as T
  chosen.forEach((row, i) => {
    found.set(source.subarray(row * size, (row + 1) * size), i * size)
  })
  return found
}
