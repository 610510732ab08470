import { mean } from 'simple-statistics'
import { randomStream } from '../random.js'
import { bestOf, type ComparedRun, groupsOf } from './run.js'

/** What runs of equal seeds are compared by: the best validation score before fine-tuning, and the chosen model's scores. */
export const measures = ['best', 'val', 'test'] as const

export type Measure = (typeof measures)[number]

/** One group less another, seed by seed. */
export interface Paired {
  readonly group: string
  readonly against: string
  readonly measure: Measure
  /** Seeds of which both groups have the figure. */
  readonly seeds: readonly number[]
  /** Fractions, in the order of the seeds. */
  readonly differences: readonly number[]
  readonly mean: number
  /** Two-sided, see `signFlipTest`. */
  readonly p: number
  /** The least p that so many seeds can give. */
  readonly leastP: number
}

/** Each group beside the one named; measures and groups without a seed in common are left out. */
export function pairedWith(runs: readonly ComparedRun[], against: string): readonly Paired[] {
  return groupsOf(runs)
    .filter(group => group !== against)
    .flatMap(group => measures.flatMap(measure => paired(runs, group, against, measure)))
}

function paired(
  runs: readonly ComparedRun[],
  group: string,
  against: string,
  measure: Measure,
): readonly Paired[] {
  const figures = (name: string) =>
    new Map(runs.filter(run => run.group === name).map(run => [run.seed, figureOf(run, measure)] as const))
  const others = figures(against)
  const pairs = [...figures(group)].flatMap(([seed, figure]) => {
    const other = others.get(seed) ?? null
    return figure === null || other === null ? [] : [[seed, figure - other] as const]
  })
  if (pairs.length === 0) return []
  const differences = pairs.map(([, difference]) => difference)
  return [
    {
      group,
      against,
      measure,
      seeds: pairs.map(([seed]) => seed),
      differences,
      mean: mean(differences),
      p: signFlipTest(differences),
      leastP: 2 ** (1 - differences.length),
    },
  ]
}

/** The final figure of a run; the best of a search that is under way is none. */
function figureOf(run: ComparedRun, measure: Measure): number | null {
  switch (measure) {
    case 'best':
      return run.told.length === run.planned ? bestOf(run) : null
    case 'val':
    case 'test':
      return run.chosen?.[measure] ?? null
  }
}

/** Up to so many differences all signs are tried; beyond, so many draws of them. */
const MOST_EXACT = 16
const DRAWS = 100_000

/**
 * The paired permutation test (Fisher 1935): if neither group is better, each difference might as well have the other
 * sign. Exact up to 16 differences, and then sampled with a fixed seed.
 * @param differences at least one
 * @returns the share of sign patterns with a mean at least as far from 0: the two-sided p, in (0,1]
 */
export function signFlipTest(differences: readonly number[]): number {
  const sum = (isFlipped: (i: number) => boolean) =>
    differences.reduce((total, difference, i) => total + (isFlipped(i) ? -difference : difference), 0)
  // Equal sums differ in their last bits by the order of the signs.
  const slack = 1e-12 * differences.reduce((total, difference) => total + Math.abs(difference), 0)
  const observed = Math.abs(sum(() => false)) - slack
  if (differences.length <= MOST_EXACT) {
    const patterns = 2 ** differences.length
    let far = 0
    for (let pattern = 0; pattern < patterns; pattern++)
      if (Math.abs(sum(i => ((pattern >> i) & 1) === 1)) >= observed) far++
    return far / patterns
  }
  const random = randomStream(0, 0, 'sign flips')
  let far = 0
  for (let draw = 0; draw < DRAWS; draw++) if (Math.abs(sum(() => random.uniform() < 0.5)) >= observed) far++
  return (far + 1) / (DRAWS + 1)
}
