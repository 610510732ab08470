import type { Optimized } from './adam.js'

/** A network that learns, and its target network's parameters, which follow its own. */
export interface Learner<T> extends Optimized<T> {
  readonly target: T
}

/** The actor mu(s) and the critic Q(s, a): arrays, or values of a calculation. */
export interface Learners<T> {
  readonly actor: Learner<T>
  readonly critic: Learner<T>
}

const networks = ['actor', 'critic'] as const
const parts = ['parameters', 'mean', 'square', 'target'] as const

type Network = (typeof networks)[number]

/** Both networks from what holds each of their vectors, named `actor.parameters` and so on. */
export function learnersOf<T>(vector: (name: string, network: Network) => T): Learners<T> {
  const learner = (network: Network): Learner<T> => ({
    parameters: vector(`${network}.parameters`, network),
    mean: vector(`${network}.mean`, network),
    square: vector(`${network}.square`, network),
    target: vector(`${network}.target`, network),
  })
  return { actor: learner('actor'), critic: learner('critic') }
}

/** All vectors of both by these names. */
export function vectorsOf<T>(learners: Learners<T>): Readonly<Record<string, T>> {
  const named = networks.flatMap(network =>
    parts.map(part => [`${network}.${part}`, learners[network][part]] as const),
  )
  return Object.fromEntries(named)
}
