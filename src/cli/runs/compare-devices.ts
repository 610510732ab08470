import { existsSync } from 'node:fs'
import { type NetworkLayer, networkLayers } from '../../latency/layers.js'
import { type Predictor, predictNetwork } from '../../latency/predictor.js'
import { simplify } from '../../runtime/simplify.js'
import { openRunReader } from '../../store/run-reader.js'
import { oneLine } from '../../ui/format.js'
import { readExactModel } from '../files/exact-model.js'
import { aboutModel, UsageError } from '../options/error.js'
import { readPredictor } from '../search/predictors.js'
import { type ComparedRun, type DevicePrediction, deviceTable } from './device-table.js'
import { readDefinition } from './read-definition.js'
import { readResult } from './result.js'
import { existingRun, mostExact, type RunFolder } from './run-folder.js'

/** `pare compare --profile`: what each run chose, as predicted on each device, beside its original there. */
export async function compareOnDevices(
  names: readonly string[],
  { profile: files, json }: { readonly profile: readonly string[]; readonly json: boolean },
): Promise<void> {
  if (files.length === 0) throw new UsageError('--profile is missing: name at least one device profile')
  const predictors = new Map<string, Predictor>()
  for (const file of files) predictors.set(file, await readPredictor(file))
  const runs: ComparedRun[] = []
  for (const name of names) runs.push(await compareRun(existingRun(name), predictors))
  process.stdout.write(json ? `${JSON.stringify({ runs }, null, 2)}\n` : `${deviceTable(runs)}\n`)
}

async function compareRun(
  folder: RunFolder,
  predictors: ReadonlyMap<string, Predictor>,
): Promise<ComparedRun> {
  const file = mostExact(folder.best)
  if (!existsSync(file))
    throw new UsageError(`${folder.name} has no result yet: ${folder.best} does not exist`)
  const reader = await openRunReader(folder.database)
  try {
    const definition = readDefinition(reader.definition, folder)
    const { best } = await readResult(definition, folder, reader)
    const split = best?.test === undefined ? 'val' : 'test'
    const found = best?.[split]
    const [chosen, original] = [await layersOf(file), await layersOf(folder.original)]
    return {
      run: folder.name,
      file,
      score: found === undefined ? null : { split, metric: found.metric, score: found.score, n: found.n },
      ...(found?.metric === 'top1' ? { accuracy: { split, top1: found.score, n: found.n } } : {}),
      originalHash: definition.model.sha256,
      on: [...predictors].map(([profile, predictor]) => predictBoth(profile, predictor, chosen, original)),
    }
  } finally {
    await reader.close()
  }
}

/** Layers as the file has them, with their bits; their names on one line. */
async function layersOf(file: string): Promise<readonly NetworkLayer[]> {
  try {
    const graph = await readExactModel(file)
    const layers = networkLayers(file.endsWith('.pare') ? graph : await simplify(graph))
    return layers.map(layer => ({ ...layer, name: oneLine(layer.name) }))
  } catch (error) {
    throw aboutModel(file, error)
  }
}

function predictBoth(
  profile: string,
  predictor: Predictor,
  chosen: readonly NetworkLayer[],
  original: readonly NetworkLayer[],
): DevicePrediction {
  const { name: device, unit } = predictor.device
  const [now, before] = [predictNetwork(predictor, chosen), predictNetwork(predictor, original)]
  return { profile, device, unit, ...now, ratio: now.value / before.value, original: before }
}
