import { modelFile } from '../files/model-file.js'
import { assertWritable } from '../files/out-file.js'
import { loadFinetuneInputs } from '../finetune/inputs.js'
import { layerBits } from '../finetune/layer-bits.js'
import { assertChangeable } from '../finetune/training.js'
import { backendFor } from '../options/backend-option.js'
import { aboutModel, Interrupted, UsageError } from '../options/error.js'
import { parseOptions } from '../options/options.js'
import { listenForStop } from '../options/stop.js'
import { packModel } from './model.js'
import { packOptions } from './options.js'
import { printPacked } from './result.js'
import { packTraining } from './training.js'

/**
 * `pare pack`: Deep Compression (Han et al. 2016) whole: prunes, shares weights, and writes a .pare file with relative
 * indices and Huffman codes.
 * @throws Interrupted after the user stopped it, with nothing written.
 */
export async function packCommand(flags: Readonly<Record<string, unknown>>): Promise<void> {
  const options = parseOptions(packOptions, flags)
  const { model, out, bits, plain, maxDrop } = options
  const training = packTraining(options, backendFor(options.backend))
  const file = modelFile(out, undefined)
  if (file.format !== 'pare') throw new UsageError(`--out ${out}: expected a .pare file`)
  assertWritable(out, file, model, options.overwrite)
  const inputs = await loadFinetuneInputs(model, options.data, undefined, options.metric)
  const stop = listenForStop('interrupted; nothing is written')
  try {
    assertChangeable(training.pruning, inputs.data.sampleShape)
    // What no codebook can be made for is told before the work.
    layerBits(inputs.graph, '--bits', bits)
    printPacked(
      await packModel(inputs, { out, maxDrop, training, bits, plain }, stop.signal),
      options,
      training,
    )
  } catch (error) {
    throw error instanceof Interrupted ? error : aboutModel(model, error)
  } finally {
    stop.release()
  }
}
