/**
 * What least-squares repair is worth: validation accuracy of each net with the same share of every layer kept at half the
 * MACs, without and with it.
 *
 *   npx tsx bench/repair.ts
 */
import { rankByEnergy } from '../src/compress/criteria/energy.js'
import { createPrune } from '../src/compress/prune.js'
import { createRepair } from '../src/compress/repair.js'
import { calibrate } from '../src/evaluate/calibrate.js'
import { scoreModel } from '../src/evaluate/score.js'
import { writeOnnx } from '../src/formats/onnx/write.js'
import { channelGroups } from '../src/graph/groups.js'
import type { Graph } from '../src/graph/types.js'
import { loadFashion } from '../test/fixtures/fashion.js'
import { loadModel, modelNames } from '../test/fixtures/models.js'
import { uniformCounts } from './uniform.js'

const data = loadFashion()
const accuracy = async (graph: Graph) =>
  ((await scoreModel(writeOnnx(graph), data.val, data.sampleShape)).score * 100).toFixed(2)

for (const name of modelNames) {
  const graph = loadModel(name)
  const { groups } = channelGroups(graph)
  const counts = uniformCounts(graph, groups, 0.5)
  const moments = await calibrate(graph, data, 1)
  const ranking = rankByEnergy(graph, groups, moments)
  const cut = createPrune(groups, ranking, () => graph)(counts)
  const repaired = createPrune(groups, ranking, createRepair(graph, groups, moments))(counts)
  console.log(
    `${name}: original ${await accuracy(graph)} %, cut ${await accuracy(cut)} %, repaired ${await accuracy(repaired)} %`,
  )
}
