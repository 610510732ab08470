import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { GraphError } from '../../graph/types.js'
import { parse } from './parse.js'
import { manifestSchema } from './weights/manifest.js'

const schema = z.looseObject({
  format: z.string().optional(),
  generatedBy: z.string().nullish(),
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: manifestSchema,
  signature: z.unknown().optional(),
  modelInitializer: z.unknown().optional(),
})

/** The outer part of a model.json, which both kinds of model share. */
export type ModelJson = z.infer<typeof schema>

/** @throws GraphError for a file that cannot be read, is no JSON or is no TF.js model. */
export async function readModelJson(file: string): Promise<ModelJson> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new GraphError('the model file cannot be read', { cause })
  })
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new GraphError('expected the model.json of a TF.js model, found no JSON', { cause })
  }
  return parse(schema, json, 'expected the model.json of a TF.js model')
}

/** Which of TF.js' two kinds a model is; old files do not say and must be told by their topology. */
export function kindOf(model: ModelJson): 'graph-model' | 'layers-model' {
  const { format, modelTopology } = model
  if (format === 'graph-model' || format === 'layers-model') return format
  if (format !== undefined && format !== null && format !== 'tfjs-layers-model')
    throw new GraphError(`expected a graph model or a layers model, found format ${format}`)
  return 'node' in modelTopology ? 'graph-model' : 'layers-model'
}
