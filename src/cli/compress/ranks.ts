import type { Ranks } from '../../compress/factorize/factorize.js'
import { splittableLayers } from '../../compress/factorize/layers.js'
import { rankOfShare } from '../../compress/factorize/split-cost.js'
import type { Decided } from '../../compress/policy.js'
import type { Graph } from '../../graph/types.js'
import { UsageError } from '../options/error.js'
import { assertKnown } from '../options/names.js'
import type { CompressOptions } from './options.js'

/**
 * The ranks that layers of a graph get: those of a policy, a share of the cost of every layer that is not frozen, and those named, of which the later
 * win.
 * @throws UsageError for a layer that cannot be split, or a rank that would not make it smaller.
 */
export function ranksOf(
  graph: Graph,
  { rank, rankShare, split, freeze }: Pick<CompressOptions, 'rank' | 'rankShare' | 'split' | 'freeze'>,
  given: Decided,
): Ranks {
  const layers = splittableLayers(graph)
  const byName = new Map(layers.map(layer => [layer.node, layer]))
  // A policy may name layers of blocks that it removes.
  const ranks = new Map(Object.entries(given).filter(([name]) => byName.has(name)))
  if (rankShare !== undefined)
    for (const layer of layers) {
      const most = rankOfShare(layer, split, rankShare)
      if (most > 0 && !freeze.includes(layer.node)) ranks.set(layer.node, most)
    }
  for (const text of rank) {
    const [, name = '', number = ''] = /^(.+)=(\d+)$/.exec(text) ?? []
    if (name === '') throw new UsageError(`--rank ${text}: expected LAYER=RANK`)
    assertKnown(`--rank ${text}: no layer that can be split is called`, [name], [...byName.keys()])
    const most = rankOfShare(byName.get(name)!, split, 1)
    if (most === 0) throw new UsageError(`--rank ${text}: no rank makes this layer smaller`)
    if (Number(number) < 1 || Number(number) > most)
      throw new UsageError(
        `--rank ${text}: expected a rank of 1 to ${most}, where the split is smaller than the layer`,
      )
    ranks.set(name, Number(number))
  }
  return ranks
}
