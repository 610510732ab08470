import { copyFileSync, writeFileSync } from 'node:fs'
import { widthOf } from '../../../envs/decidables.js'
import { evaluateModel } from '../../evaluate/evaluate-model.js'
import { isChance } from '../../evaluate/original.js'
import { isLayersModel } from '../../formats/tfjs/read.js'
import { channelGroups } from '../../graph/groups.js'
import type { Graph } from '../../graph/types.js'
import type { RunDefinition } from '../../search/definition.js'
import { openRunStore } from '../../store/sqlite-run-store.js'
import { loadInputs } from '../files/inputs.js'
import { modelName } from '../files/model-file.js'
import { parseBudget } from '../options/budget-option.js'
import { UsageError } from '../options/error.js'
import { parseOptions } from '../options/options.js'
import { createRun } from '../runs/run-folder.js'
import { assertGradients } from './assert-gradients.js'
import { defineRun } from './define.js'
import { extrapolations } from './extrapolated.js'
import { harmlessBlocks } from './harmless-blocks.js'
import { readRecipe, searchOptions } from './options.js'
import { readPredictors } from './predictors.js'
import { runInForeground } from './run-job.js'

/** `pare search`: checks everything, then makes the run's folder and works on it. */
export async function searchCommand(
  flags: Readonly<Record<string, unknown>>,
  recipe: string | undefined,
): Promise<void> {
  // Flags win over the recipe.
  const options = parseOptions(searchOptions, {
    ...(recipe === undefined ? {} : readRecipe(recipe)),
    ...flags,
  })
  const inputs = await loadInputs(options.model, options.data, null)
  const predictors = await readPredictors(options.profile, options.budget.map(parseBudget), options.model)
  const definition = defineRun(options, inputs, await harmlessBlocks(options, inputs), predictors)
  await assertGradients(definition, inputs)
  for (const warning of extrapolationsOf(definition, inputs.graph)) process.stderr.write(`${warning}\n`)
  const original = { model: inputs.modelBytes, packed: null }
  const baseline = await evaluateModel(inputs.graph, original, inputs.data, definition.predictors)
  const { val } = baseline.scores
  if (val !== undefined && isChance(val, inputs.data.classes) && !options.force) {
    throw new UsageError(
      `${options.model} is no better than chance on ${options.data} (${(val.top1 * 100).toFixed(1)} % of ${val.n}): ` +
        'check the normalisation and the order of the classes, or pass --force',
    )
  }
  const isLayers = options.model.endsWith('.json') && (await isLayersModel(options.model))
  const folder = createRun(options.run, modelName(options.model), options.overwrite)
  writeFileSync(folder.original, inputs.modelBytes)
  if (isLayers) copyFileSync(options.model, folder.layers)
  const store = await openRunStore(folder.database, definition)
  try {
    await runInForeground({
      definition,
      folder,
      inputs,
      baseline,
      store,
      workers: options.workers ?? null,
      plain: options.plain,
      json: options.json,
    })
  } finally {
    await store.close()
  }
}

/** What the run's predictors will have to extrapolate. */
function extrapolationsOf(definition: RunDefinition, graph: Graph): readonly string[] {
  if (Object.keys(definition.predictors).length === 0) return []
  const { groups } = channelGroups(graph)
  const narrowest = definition.decide.includes('keep')
    ? groups.map(group => [group.name, widthOf(group, definition).legal[0]!] as const)
    : []
  return extrapolations(graph, groups, new Map(narrowest), definition.predictors)
}
