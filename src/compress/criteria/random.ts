import type { ChannelGroup } from '../../graph/groups.js'
import { permutation, randomStream } from '../../random.js'
import type { Ranking } from './ranking.js'

/** Ranks channels at random, which any other criterion should beat; deterministic for a seed. */
export function rankAtRandom(groups: readonly ChannelGroup[], seed: number | string): Ranking {
  return new Map(
    groups.map(({ name, size }, number) => [
      name,
      permutation(size, randomStream(seed, number, 'criterion')),
    ]),
  )
}
