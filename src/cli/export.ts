import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readOnnx } from '../formats/onnx/read.js'
import { openRunReader } from '../store/run-reader.js'
import { UsageError } from './error.js'
import { modelFile, modelTarget, writeModel } from './model-file.js'
import type { ModelFormat } from './options.js'
import { assertWritable } from './out-file.js'
import { existingRun } from './run-folder.js'

/** `pare export`: writes the chosen model, or one finalist's, to a file. */
export async function exportCommand(
  run: string,
  options: { readonly out: string; readonly format?: ModelFormat; readonly trial?: number },
): Promise<void> {
  const { out, trial } = options
  const file = modelFile(out, options.format)
  const folder = existingRun(run)
  const reader = await openRunReader(folder.database)
  try {
    const finalists = await reader.finalists()
    const finalist = finalists.find(other => other.trial === trial)
    if (trial !== undefined && finalist === undefined) {
      const there = finalists.map(other => other.trial).join(', ') || 'none yet'
      throw new UsageError(`trial ${trial} is no finalist of ${folder.name} (finalists: ${there})`)
    }
    const source = finalist === undefined ? folder.best : join(folder.path, finalist.file)
    if (!existsSync(source))
      throw new UsageError(`${folder.name} has no result yet: ${source} does not exist`)
    assertWritable(out, file, source, true)
    const target = await modelTarget(file, existsSync(folder.layers) ? folder.layers : null)
    await writeModel(target, readOnnx(readFileSync(source)), async () => {})
    process.stdout.write(`${file.path}\n`)
  } finally {
    await reader.close()
  }
}
