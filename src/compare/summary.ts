import { max, median, min } from 'simple-statistics'
import { bestOf, type ComparedRun, groupsOf } from './run.js'
import type { Told } from './told.js'

/** A figure over the runs that have it. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly n: number
}

/** What a group spent until it had the score that is asked for; medians over all its runs, null where that is not reached. */
export interface Reach {
  readonly score: number
  readonly evaluations: number | null
  readonly ms: number | null
  /** How many of its runs got there. */
  readonly runs: number
}

/** The runs of a group together. Scores are fractions, null where no run has come so far. */
export interface Summary {
  readonly group: string
  readonly seeds: readonly number[]
  /** Over all its runs. */
  readonly evaluations: { readonly told: number; readonly planned: number }
  /** Best validation score before fine-tuning after shares of the evaluations. */
  readonly after: readonly { readonly share: number; readonly best: Spread | null }[]
  readonly best: Spread | null
  /** Of the chosen models. */
  readonly val: Spread | null
  readonly test: Spread | null
  /** Wall time of the search, without the finals, ms; of runs that have told all their trials. */
  readonly searchMs: Spread | null
  readonly reach: Reach | null
}

/** After which shares of the evaluations the best is shown. */
export const shares = [0.1, 0.25, 0.5, 1] as const

/** @param reach score to be reached, a fraction; null for none */
export function summaries(runs: readonly ComparedRun[], reach: number | null): readonly Summary[] {
  return groupsOf(runs).map(group =>
    summaryOf(
      group,
      runs.filter(run => run.group === group),
      reach,
    ),
  )
}

function summaryOf(group: string, runs: readonly ComparedRun[], reach: number | null): Summary {
  return {
    group,
    seeds: runs.map(({ seed }) => seed),
    evaluations: {
      told: runs.reduce((sum, { told }) => sum + told.length, 0),
      planned: runs.reduce((sum, { planned }) => sum + planned, 0),
    },
    after: shares.map(share => ({ share, best: spread(runs.map(run => bestAfter(run, share))) })),
    best: spread(runs.map(bestOf)),
    val: spread(runs.map(({ chosen }) => chosen?.val)),
    test: spread(runs.map(({ chosen }) => chosen?.test)),
    searchMs: spread(
      runs.map(({ told, planned }) => (told.length === planned ? told.at(-1)?.ms : undefined)),
    ),
    reach: reach === null ? null : reachOf(runs, reach),
  }
}

/** The best after a share of the trials, rounded up; null where the run has not come so far. */
function bestAfter({ told, planned }: ComparedRun, share: number): number | null {
  return told[Math.ceil(planned * share) - 1]?.best ?? null
}

/** The first trial with which a run had the score that is asked for. */
export function reached({ told }: Pick<ComparedRun, 'told'>, score: number): Told | null {
  return told.find(({ best }) => best !== null && best >= score) ?? null
}

function reachOf(runs: readonly ComparedRun[], score: number): Reach {
  const firsts = runs.map(run => reached(run, score))
  // A run that never gets there takes longer than any that does.
  const middle = (of: (told: Told) => number) => {
    const value = median(firsts.map(told => (told === null ? Number.POSITIVE_INFINITY : of(told))))
    return Number.isFinite(value) ? value : null
  }
  return {
    score,
    evaluations: middle(({ evaluations }) => evaluations),
    ms: middle(({ ms }) => ms),
    runs: firsts.filter(told => told !== null).length,
  }
}

function spread(figures: readonly (number | null | undefined)[]): Spread | null {
  const known = figures.filter(figure => figure !== null && figure !== undefined)
  if (known.length === 0) return null
  return { median: median(known), min: min(known), max: max(known), n: known.length }
}
