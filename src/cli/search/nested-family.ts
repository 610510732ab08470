import { type CompressionProblem, policyOf } from '../../../envs/compression.js'
import { largestWithin } from '../../../envs/within.js'
import type { Policy } from '../../compress/policy.js'
import { type Standing, standingOf } from '../../search/ladder.js'
import { type MoreTrials, tryPolicies } from '../../search/more-trials.js'
import { bestChain, isWithin } from '../../search/nested.js'
import { keepsLimit, type Point } from '../../search/points.js'
import type { TrialOutcome } from '../../search/trial.js'
import { valScore } from '../../search/val-score.js'

/** A point with the problem whose policies meet it. */
export interface PointProblem {
  readonly point: Point
  readonly problem: CompressionProblem
}

/**
 * One trial for each point, each keeping no more channels of any group than the one of the point before, with the best sum
 * of validation scores as the search has them (a nested family of networks: NestDNN, Fang et al. 2018). Told trials
 * seldom fit into each other, so that some are derived and evaluated first: for each of the `tried` best at a point, the
 * best trial of the next point, cut to what the former has and filled up within it.
 * @throws Error where no family came out
 */
export async function nestedFamily(
  more: MoreTrials,
  points: readonly PointProblem[],
  told: readonly TrialOutcome[],
  tried: number,
): Promise<readonly Standing[]> {
  const all = [...told]
  let outer = bestAt(all, points[0]!).slice(0, tried)
  for (const next of points.slice(1)) {
    const policies = outer.map(({ trial }) => derived(next, trial.policy, bestAt(all, next)[0]?.trial.policy))
    const trials = await tryPolicies(more, all, policies)
    // Two policies may have come out the same.
    for (const trial of trials) if (trial.number >= all.length) all.push(trial)
    const numbers = new Set(trials.map(({ number }) => number))
    outer = bestAt(all, next).filter(({ trial }) => numbers.has(trial.number))
  }
  const chain = bestChain(
    points.map(point => bestAt(all, point)),
    (inner, outer) => isWithin(inner.trial.policy, outer.trial.policy),
    ({ evaluation }) => valScore(evaluation),
  )
  if (chain === null) throw new Error('no trials came out of which each fits into the one before')
  return chain
}

/** Those that keep a point's limit, best validation score first. */
function bestAt(trials: readonly TrialOutcome[], { point }: PointProblem): readonly Standing[] {
  const standing = standingOf(trials.filter(trial => keepsLimit(trial, point)))
  return [...standing].sort((a, b) => valScore(b.evaluation) - valScore(a.evaluation))
}

function derived(
  { problem: { sites, budgets } }: PointProblem,
  outer: Policy,
  inner: Policy | undefined,
): Policy {
  const valuesOf = ({ keep }: Policy) => sites.map(({ name, legal }) => keep[name] ?? legal.at(-1)!)
  const least = inner === undefined ? sites.map(({ legal }) => legal[0]!) : valuesOf(inner)
  return policyOf(sites, largestWithin(sites, budgets, least, valuesOf(outer)))
}
