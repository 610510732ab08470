/**
 * The Deep Compression recipe of `pare pack` on the two nets of its paper (Han et al. 2016: 40 and 39 times smaller on MNIST,
 * with no loss): bytes after each stage, ratio, validation accuracy, and test error before and after, each seed and their
 * mean with standard deviation. Seeds change the order of samples and the start of codebooks; the nets are the same.
 *
 *   npx tsx bench/deep-compression.ts [--nets lenet300,lenet5] [--sparsity 0.92] [--bits conv=8,dense=5] [--epochs 15]
 *     [--share-epochs 3] [--rate 0.02] [--seeds 1,2,3] [--backend auto]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { mean, sampleStandardDeviation } from 'simple-statistics'
import { loadFinetuneInputs } from '../src/cli/finetune/inputs.js'
import { backendFor } from '../src/cli/options/backend-option.js'
import { parseOptions } from '../src/cli/options/options.js'
import { packModel } from '../src/cli/pack/model.js'
import { packOptions } from '../src/cli/pack/options.js'
import type { Packed } from '../src/cli/pack/result.js'
import { packTraining } from '../src/cli/pack/training.js'
import { fashionFolder } from '../test/fixtures/fashion.js'

const { values } = parseArgs({
  options: {
    nets: { type: 'string', default: 'lenet300,lenet5' },
    sparsity: { type: 'string', default: '0.92' },
    bits: { type: 'string', default: 'conv=8,dense=5' },
    epochs: { type: 'string', default: '15' },
    'share-epochs': { type: 'string', default: '3' },
    rate: { type: 'string', default: '0.02' },
    seeds: { type: 'string', default: '1,2,3' },
    backend: { type: 'string', default: 'auto' },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'pare-pack-'))
const out = join(folder, 'packed.pare')

async function pack(net: string, seed: string): Promise<Packed> {
  const model = fileURLToPath(new URL(`../test/fixtures/models/${net}.onnx`, import.meta.url))
  const options = parseOptions(packOptions, {
    ...{ model, data: fashionFolder, out, seed, sparsity: values.sparsity, bits: values.bits },
    ...{ epochs: values.epochs, shareEpochs: values['share-epochs'], learningRate: values.rate },
    backend: values.backend,
  })
  const training = packTraining(options, backendFor(options.backend))
  const inputs = await loadFinetuneInputs(model, fashionFolder, undefined, undefined)
  return packModel(inputs, { ...options, training }, new AbortController().signal)
}

/** What is told of a packed net, numbers in the order of the table's columns. */
function figures({ stages, before, after }: Packed): number[] {
  const [original = 0, ...later] = stages.map(({ bytes }) => bytes)
  const error = (top1: number) => 100 * (1 - top1)
  return [
    ...later,
    original / (later.at(-1) ?? original),
    ...[before.val, after.val].map(({ score }) => 100 * score),
    ...[before.test, after.test].map(({ score }) => error(score)),
  ]
}

const digits = [0, 0, 0, 1, 2, 2, 2, 2]

for (const net of values.nets.split(',')) {
  console.log(
    `\n${net}, ${values.sparsity} zeros, bits ${values.bits}, ${values.epochs} and ${values['share-epochs']} epochs`,
  )
  console.log(
    '| seed | pruned, bytes | shared | Huffman | ratio | val before, % | after | test error before, % | after |',
  )
  console.log(`| --- |${' ---: |'.repeat(digits.length)}`)
  const rows: number[][] = []
  let last: Packed | null = null
  for (const seed of values.seeds.split(',')) {
    last = await pack(net, seed)
    const row = figures(last)
    rows.push(row)
    console.log(`| ${seed} | ${row.map((value, i) => value.toFixed(digits[i])).join(' | ')} |`)
  }
  const columns = digits.map((places, i) => {
    const column = rows.map(row => row[i]!)
    const spread = column.length > 1 ? ` ± ${sampleStandardDeviation(column).toFixed(places)}` : ''
    return `${mean(column).toFixed(places)}${spread}`
  })
  console.log(`| mean | ${columns.join(' | ')} |`)
  if (last === null) continue
  console.log('of the last seed, bytes:', JSON.stringify(last.parts))
  for (const { node, weights, kept, bits, indexBits, bytes } of last.layers)
    console.log(
      `  ${node}: ${weights} weights, ${(100 * kept).toFixed(1)} % kept, ${bits} bits, index ${indexBits}, ${bytes} bytes`,
    )
}
rmSync(folder, { recursive: true })
