/**
 * What each criterion is worth: validation accuracy with the same share of every layer kept at 70, 50 and 30 % of the
 * MACs, repaired by least squares. A random ranking stands for three, with their mean.
 *
 *   npx tsx bench/criteria.ts
 */
import { type CriterionName, criterionNames } from '../src/compress/criteria/criterion.js'
import { createPrune } from '../src/compress/prune.js'
import { createRepair } from '../src/compress/repair.js'
import { calibrate } from '../src/evaluate/calibrate.js'
import { rankChannels } from '../src/evaluate/rank.js'
import { scoreModel } from '../src/evaluate/score.js'
import { writeOnnx } from '../src/formats/onnx/write.js'
import { channelGroups } from '../src/graph/groups.js'
import { GraphError } from '../src/graph/types.js'
import { loadFashion } from '../test/fixtures/fashion.js'
import { loadModel } from '../test/fixtures/models.js'
import { uniformCounts } from './uniform.js'

const budgets = [0.7, 0.5, 0.3]
const data = loadFashion()

for (const name of ['resnet14', 'mobilenetv2'] as const) {
  const graph = loadModel(name)
  const { groups } = channelGroups(graph)
  const moments = await calibrate(graph, data, 1)
  const repair = createRepair(graph, groups, moments)
  const original = await scoreModel(writeOnnx(graph), data.val, data.sampleShape)
  console.log(`\n${name}, original ${(original.score * 100).toFixed(2)} %, n = ${original.n}`)
  console.log(`| criterion | ${budgets.map(b => `${b * 100} % of MACs`).join(' | ')} | ranking, s |`)
  console.log(`| --- |${' ---: |'.repeat(budgets.length + 1)}`)

  const accuracies = async (criterion: CriterionName, seed: number) => {
    const ranking = await rankChannels(criterion, graph, groups, { moments, data, seed })
    const prune = createPrune(groups, ranking, repair)
    const scores: number[] = []
    for (const budget of budgets) {
      const model = writeOnnx(prune(uniformCounts(graph, groups, budget)))
      scores.push((await scoreModel(model, data.val, data.sampleShape)).score)
    }
    return scores
  }

  for (const criterion of criterionNames) {
    try {
      const started = performance.now()
      await rankChannels(criterion, graph, groups, { moments, data, seed: 1 })
      const seconds = (performance.now() - started) / 1000
      const runs: number[][] = []
      for (const seed of criterion === 'random' ? [1, 2, 3] : [1])
        runs.push(await accuracies(criterion, seed))
      const means = budgets.map((_, b) => runs.reduce((sum, run) => sum + run[b]!, 0) / runs.length)
      const cells = means.map(mean => `${(mean * 100).toFixed(2)} %`)
      console.log(`| ${criterion} | ${cells.join(' | ')} | ${seconds.toFixed(1)} |`)
    } catch (error) {
      if (!(error instanceof GraphError)) throw error
      console.log(`| ${criterion} | does not apply: ${error.message.split(' (')[0]} |`)
    }
  }
}
