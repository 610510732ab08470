import type { SplitScore } from '../../evaluate/evaluation.js'
import { percent, points, whole } from '../../ui/format.js'
import { scoreName } from '../../ui/score-text.js'
import { plainTable } from '../../ui/table.js'
import type { PackOptions } from './options.js'
import type { PackedLayer, PackedParts } from './packed-layers.js'
import type { PackTraining } from './training.js'

/** A network after a stage. */
export interface PackStage {
  readonly name: 'original' | 'pruned' | 'shared' | 'huffman'
  /** Bytes of the file that holds it. */
  readonly bytes: number
  /** On the validation split, in [0,1]. */
  readonly score: number
}

/** What `pare pack` did. */
export interface Packed {
  readonly stages: readonly PackStage[]
  readonly layers: readonly PackedLayer[]
  readonly parts: PackedParts
  /** The original's scores, and those of the file written. */
  readonly before: Readonly<Record<'val' | 'test', SplitScore>>
  readonly after: Readonly<Record<'val' | 'test', SplitScore>>
}

/** What each stage is called. */
const titles: Readonly<Record<PackStage['name'], string>> = {
  original: 'original',
  pruned: 'pruned, relative indices',
  shared: 'shared, codebooks',
  huffman: 'Huffman codes',
}

/** Prints the result, as tables or as one JSON document. */
export function printPacked(packed: Packed, options: PackOptions, training: PackTraining): void {
  const text = options.json
    ? JSON.stringify(documentOf(packed, options, training), null, 2)
    : [stageTable(packed), layerTable(packed.layers), ...linesOf(packed), options.out].join('\n')
  process.stdout.write(`${text}\n`)
}

function documentOf(
  { stages, layers, parts, before, after }: Packed,
  { model, out, bits, maxDrop }: PackOptions,
  { pruning, sharing }: PackTraining,
) {
  const { sparsity, epochs, learningRate, temperature, distillation, backend, seed } = pruning
  const original = stages[0]?.bytes ?? 0
  return {
    ...{
      model,
      out,
      bits,
      maxDrop,
      sparsity,
      epochs,
      learningRate,
      temperature,
      distillation,
      backend,
      seed,
    },
    ...{ shareEpochs: sharing.epochs, shareLearningRate: sharing.learningRate },
    stages: stages.map(({ name, bytes, score }) => ({
      ...{ name, bytes, ratio: original / bytes },
      val: { ...(before.val.metric === 'top1' ? { top1: score } : {}), score, n: before.val.n },
    })),
    layers,
    bytes: parts,
    before,
    after,
  }
}

function stageTable({ stages, before }: Packed): string {
  const table = plainTable(
    ['', 'bytes', 'ratio', `val ${scoreName(before.val)} (n = ${whole(before.val.n)})`, 'change'],
    ['left', 'right', 'right', 'right', 'right'],
  )
  const original = stages[0]?.bytes ?? 0
  for (const { name, bytes, score } of stages)
    table.push([
      ...[titles[name], whole(bytes), (original / bytes).toFixed(1), percent(score)],
      name === 'original' ? '' : points(before.val.score, score),
    ])
  return table.toString()
}

function layerTable(layers: readonly PackedLayer[]): string {
  const table = plainTable(
    ['layer', 'operator', 'weights', 'kept', 'bits', 'index bits', 'bytes'],
    ['left', 'left', 'right', 'right', 'right', 'right', 'right'],
  )
  for (const { node, op, weights, kept, bits, indexBits, bytes } of layers)
    table.push([
      ...[node, op, whole(weights), percent(kept)],
      ...[String(bits ?? 'float'), String(indexBits ?? 'all'), whole(bytes)],
    ])
  return table.toString()
}

function linesOf({ parts, before, after }: Packed): string[] {
  const { header, skeleton, table, layers, others } = parts
  const spent = `${whole(layers)} for the layers' weights, ${whole(others)} for biases and other constants`
  return [
    `bytes: ${spent}, ${whole(header + skeleton + table)} for what says how they are connected and coded`,
    `test ${scoreName(after.test)} (n = ${whole(after.test.n)}): ${percent(before.test.score)} before, ${percent(after.test.score)} after`,
  ]
}
