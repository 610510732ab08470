import { linearLayers } from '../compress/layer.js'
import { magnitudeMasks } from '../compress/sparsity/magnitude.js'
import { fits, type Patterned, patternMasks } from '../compress/sparsity/pattern.js'
import { sparsityAt } from '../compress/sparsity/schedule.js'
import type { Masks } from '../compress/sparsity/sparsity.js'
import { foldConstants } from '../graph/constants.js'
import { floats } from '../graph/tensor.js'
import { type Graph, GraphError } from '../graph/types.js'
import type { Learner } from './learner.js'
import type { SparsityPlan } from './options.js'
import { rolesOf } from './roles.js'

/** Makes weights of a network zero while it trains. */
export interface Sparsifier {
  /** Makes the zeros that are due before a step. What is zero stays so. */
  before(step: number): void
  /** Whether all zeros are there. */
  isDone(): boolean
}

/**
 * Prunes a learner's weights as a plan has it.
 * @param steps how many there will be
 * @throws GraphError where a network has no weights for it.
 */
export function createSparsifier(
  learner: Learner,
  { target, schedule }: SparsityPlan,
  steps: number,
): Sparsifier {
  if (target.kind !== 'share') {
    const graph = learner.unfolded()
    const masks =
      target.kind === 'standing' ? standingMasks(graph) : patternMasks(graph, patterned(graph), target)
    if (target.kind === 'pattern' && masks.size === 0)
      throw new GraphError(`no layer has a number of inputs that is a multiple of ${target.of}`)
    return {
      before(step) {
        if (step === 0) learner.freezeZeros(masks)
      },
      isDone: () => true,
    }
  }
  const names = sparsifiable(learner.unfolded())
  if (names.length === 0) throw new GraphError('no weights that could be zero')
  let reached = 0
  return {
    before(step) {
      const share = sparsityAt(schedule, target.share, step, steps)
      if (share <= reached) return
      learner.freezeZeros(magnitudeMasks(learner.unfolded(), names, share))
      reached = share
    },
    isDone: () => reached >= target.share,
  }
}

/** Keeps what is not zero. Weights that are looked up are not among them: their codebooks keep an entry for zero. */
function standingMasks(graph: Graph): Masks {
  return new Map(
    sparsifiable(graph).map(name => [
      name,
      Uint8Array.from(floats(graph.initializers.get(name)!), w => (w === 0 ? 0 : 1)),
    ]),
  )
}

/** The weights that can have a pattern: of dense layers, and of 2-D convolutions of one group, that only one layer reads. */
function patterned(graph: Graph): readonly Patterned[] {
  return linearLayers(graph).map(({ weight, contracted }) => ({ name: weight, axis: contracted }))
}

/** The layers, by node, that keep all their weights under a pattern of `of` neighbours. */
export function leftWhole(original: Graph, { of }: { readonly of: number }): readonly string[] {
  const graph = foldConstants(original)
  const fitted = new Set(patterned(graph).flatMap(weight => (fits(graph, weight, of) ? [weight.name] : [])))
  const whole = new Set(sparsifiable(graph).filter(name => !fitted.has(name)))
  return graph.nodes.filter(({ inputs }) => inputs.some(name => whole.has(name))).map(({ id }) => id)
}

/** The weights of layers: not biases, scales or tables, which are few or looked up. */
function sparsifiable(graph: Graph): readonly string[] {
  return [...rolesOf(graph)].filter(([, { kind }]) => kind === 'weight').map(([name]) => name)
}

/** The share of a network's weights that are zero, in [0,1]. */
export function zeroShare(graph: Graph): number {
  let [zeros, all] = [0, 0]
  for (const name of sparsifiable(graph)) {
    const weights = floats(graph.initializers.get(name)!)
    for (const weight of weights) if (weight === 0) zeros++
    all += weights.length
  }
  return all === 0 ? 0 : zeros / all
}
