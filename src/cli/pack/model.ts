import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { readBytes } from '../../data/files.js'
import { deployed } from '../../evaluate/deploy.js'
import { scoreModel } from '../../evaluate/score.js'
import { readPare } from '../../formats/pare/read.js'
import { writePare } from '../../formats/pare/write.js'
import type { FinetuneInputs } from '../finetune/inputs.js'
import { type DeepCompression, deepCompress } from './deep-compress.js'
import { packedLayers } from './packed-layers.js'
import type { Packed } from './result.js'
import { withinDrop } from './within-drop.js'

/** Where a packed model goes, and what it may lose, in points of the validation score. */
export interface Packing extends DeepCompression {
  readonly out: string
  readonly maxDrop?: number | undefined
}

/**
 * Compresses a network and writes it to a .pare file, whole or not at all. The file is read back and run in ONNX Runtime
 * before it has its name; what it scores is what is told.
 * @throws what `deepCompress` and `withinDrop` do, and the signal's reason
 */
export async function packModel(
  inputs: FinetuneInputs,
  { out, maxDrop, ...compression }: Packing,
  signal: AbortSignal,
): Promise<Packed> {
  const { modelBytes, size, data } = inputs
  const score = async (model: Uint8Array) => ({
    val: await scoreModel(model, data.val, data.sampleShape, signal),
    test: await scoreModel(model, data.test, data.sampleShape, signal),
  })
  const before = await score(modelBytes)
  const { training } = compression
  const { pruned, shared } = await withinDrop(
    training.pruning.sparsity.target,
    { accuracy: before.val.score, maxDrop },
    async target => {
      const sparsity = { ...training.pruning.sparsity, target }
      const pruning = { ...training.pruning, sparsity }
      const made = await deepCompress(inputs, { ...compression, training: { ...training, pruning } }, signal)
      return { ...made, accuracy: made.shared.accuracy }
    },
    line => process.stderr.write(`${line}\n`),
  )
  const bytes = writePare(shared.graph, 'small')
  const after = await writeChecked(out, bytes, file => score(deployed(readPare(readBytes(file)))))
  return {
    stages: [
      { name: 'original', bytes: size, score: before.val.score },
      { name: 'pruned', bytes: writePare(pruned.graph, 'packed').length, score: pruned.accuracy },
      { name: 'shared', bytes: writePare(shared.graph, 'packed').length, score: shared.accuracy },
      { name: 'huffman', bytes: bytes.length, score: after.val.score },
    ],
    ...packedLayers(pruned.graph, shared.graph, bytes),
    before,
    after,
  }
}

/** Writes a file beside its place, and renames it once it was read and found right. */
async function writeChecked<T>(
  file: string,
  bytes: Uint8Array,
  check: (beside: string) => Promise<T>,
): Promise<T> {
  const beside = `${file}.tmp`
  try {
    writeFileSync(beside, bytes)
    const checked = await check(beside)
    renameSync(beside, file)
    return checked
  } finally {
    rmSync(beside, { force: true })
  }
}
