/**
 * What splitting layers costs without training: validation accuracy of each net whose layers have at most a share of their
 * MACs and weights, such that the whole has 75, 50 and 35 % of its MACs; each form, by the weights alone and by what the
 * layers read. Then what each residual block alone is worth.
 *
 *   npx tsx bench/factorize.ts [nets]
 */
import { removeBlocks, residualBlocks } from '../src/compress/blocks/find.js'
import { createFactorize } from '../src/compress/factorize/factorize.js'
import { splittableLayers } from '../src/compress/factorize/layers.js'
import {
  rankOfShare,
  type SplitForm,
  splitCost,
  splitForms,
  wholeCost,
} from '../src/compress/factorize/split-cost.js'
import { calibrate } from '../src/evaluate/calibrate.js'
import { scoreModel } from '../src/evaluate/score.js'
import { writeOnnx } from '../src/formats/onnx/write.js'
import { countMacs } from '../src/graph/cost.js'
import type { Graph } from '../src/graph/types.js'
import { loadFashion } from '../test/fixtures/fashion.js'
import { loadModel, modelNames } from '../test/fixtures/models.js'

const wanted = process.argv.slice(2)
const nets = modelNames.filter(name =>
  wanted.length === 0 ? ['resnet14', 'lenet300', 'mobilenetv2'].includes(name) : wanted.includes(name),
)
const data = loadFashion()
const accuracy = async (graph: Graph) =>
  ((await scoreModel(writeOnnx(graph), data.val, data.sampleShape)).score * 100).toFixed(2)

/** Ranks at the largest share of each layer, the same for all, at which the net has no more than a share of its MACs. */
function ranksFor(graph: Graph, form: SplitForm, share: number): ReadonlyMap<string, number> | null {
  const layers = splittableLayers(graph)
  const limit = share * countMacs(graph)
  for (let each = 1; each > 0; each -= 1 / 200) {
    const ranks = layers
      .map(layer => [layer, rankOfShare(layer, form, each)] as const)
      .filter(([, rank]) => rank > 0)
    const macs = ranks.reduce(
      (sum, [layer, rank]) => sum + splitCost(layer, form, rank).macs - wholeCost(layer).macs,
      countMacs(graph),
    )
    if (macs <= limit) return new Map(ranks.map(([{ node }, rank]) => [node, rank]))
  }
  return null
}

for (const name of nets) {
  const graph = loadModel(name)
  const moments = await calibrate(graph, data, 1)
  console.log(`${name}: ${await accuracy(graph)} % whole`)
  const convolutions = splittableLayers(graph).some(({ cells }) => cells > 1)
  for (const form of convolutions ? splitForms : (['outputs'] as const)) {
    for (const share of [0.75, 0.5, 0.35]) {
      const ranks = ranksFor(graph, form, share)
      if (ranks === null) continue
      const factorize = createFactorize(form)
      const blind = factorize(graph, ranks).graph
      const seeing = factorize(graph, ranks, moments).graph
      console.log(
        `${name} ${form} at ${Math.round(share * 100)} % of the MACs (${((100 * countMacs(blind)) / countMacs(graph)).toFixed(1)}): ` +
          `${await accuracy(blind)} % by weights, ${await accuracy(seeing)} % by outputs`,
      )
    }
  }
  for (const block of residualBlocks(graph)) {
    const shallow = removeBlocks(graph, [block])
    const share = ((100 * countMacs(shallow)) / countMacs(graph)).toFixed(1)
    console.log(`${name} without ${block.name}: ${await accuracy(shallow)} %, ${share} % of the MACs`)
  }
}
