import { readBytes } from '../../data/files.js'
import { readPare } from '../../formats/pare/read.js'
import { whole } from '../../ui/format.js'
import { modelFile, modelTarget, writeModel } from '../files/model-file.js'
import { assertWritable } from '../files/out-file.js'
import { standardOperators } from '../files/standard-operators.js'
import { aboutModel, UsageError } from '../options/error.js'

/** `pare unpack`: writes the model in a .pare file as one that other programs read. */
export async function unpackCommand(
  packed: string,
  options: { readonly out: string; readonly overwrite: boolean },
): Promise<void> {
  const file = modelFile(options.out, undefined)
  if (file.format === 'pare') throw new UsageError(`--out ${options.out}: expected an .onnx or .json file`)
  assertWritable(options.out, file, packed, options.overwrite)
  try {
    const graph = standardOperators(readPare(readBytes(packed)), file.format)
    const { bytes } = await writeModel(await modelTarget(file, null), graph, async () => {})
    process.stdout.write(`${file.path}\n`)
    process.stderr.write(`${whole(bytes)} bytes\n`)
  } catch (error) {
    throw aboutModel(packed, error)
  }
}
