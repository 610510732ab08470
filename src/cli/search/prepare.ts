import { copyFileSync, writeFileSync } from 'node:fs'
import { widthOf } from '../../../envs/decidables.js'
import { evaluateModel } from '../../evaluate/evaluate-model.js'
import type { Evaluation } from '../../evaluate/evaluation.js'
import { isChance } from '../../evaluate/original.js'
import { isLayersModel } from '../../formats/tfjs/read.js'
import { channelGroups } from '../../graph/groups.js'
import type { Graph } from '../../graph/types.js'
import type { RunDefinition } from '../../search/definition.js'
import { type Inputs, loadInputs } from '../files/inputs.js'
import { UsageError } from '../options/error.js'
import type { RunFolder } from '../runs/run-folder.js'
import { assertAims, toldCosts } from './aims.js'
import { assertGradients } from './assert-gradients.js'
import { defineRun } from './define.js'
import { extrapolations } from './extrapolated.js'
import { harmlessBlocks } from './harmless-blocks.js'
import { initAgentOf } from './init-agent.js'
import type { SearchOptions } from './options.js'
import { readPredictors } from './predictors.js'

/** A run that can begin: all is loaded and checked, nothing is written. */
export interface Prepared {
  readonly definition: RunDefinition
  readonly inputs: Inputs
  readonly baseline: Evaluation
  /** The model.json of the original where that is a TF.js layers model. */
  readonly layers: string | null
}

/** Loads and checks everything that a search needs. @throws UsageError, DataError, GraphError, BudgetError in one line. */
export async function prepareRun(options: SearchOptions): Promise<Prepared> {
  assertAims(options)
  const inputs = await loadInputs(options.model, options.data, { metric: options.metric })
  const predictors = await readPredictors(options.profile, toldCosts(options), options.model)
  const defined = defineRun(options, inputs, await harmlessBlocks(options, inputs), predictors)
  const { initAgent } = options
  const definition =
    initAgent === undefined ? defined : { ...defined, initAgent: await initAgentOf(initAgent, defined) }
  await assertGradients(definition, inputs)
  for (const warning of extrapolationsOf(definition, inputs.graph)) process.stderr.write(`${warning}\n`)
  const original = { model: inputs.modelBytes, packed: null }
  const baseline = await evaluateModel(inputs.graph, original, inputs.data, definition.predictors)
  const { val } = baseline.scores
  if (val !== undefined && isChance(val, inputs.data.classes) && !options.force) {
    throw new UsageError(
      `${options.model} is no better than chance on ${options.data} (${((val.top1 ?? 0) * 100).toFixed(1)} % of ${val.n}): ` +
        'check the normalisation and the order of the classes, or pass --force',
    )
  }
  const isLayers = options.model.endsWith('.json') && (await isLayersModel(options.model))
  return { definition, inputs, baseline, layers: isLayers ? options.model : null }
}

/** Writes the original into a folder, for those who go on from there. */
export function writeOriginal(
  folder: Pick<RunFolder, 'original' | 'layers'>,
  { inputs, layers }: Pick<Prepared, 'inputs' | 'layers'>,
): void {
  writeFileSync(folder.original, inputs.modelBytes)
  if (layers !== null) copyFileSync(layers, folder.layers)
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
