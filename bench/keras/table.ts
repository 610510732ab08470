/**
 * What pare makes of the networks that `export.py` wrote: for each file its operators, channel groups, share of prunable
 * parameters, how far its outputs are from Keras's, how far sliced ones are from their masked twins over random policies
 * (relative to each output's largest value), how it comes out of `pare compress --keep 0.5` in both formats, and what is
 * frozen and why.
 *
 *   npx tsx bench/keras/table.ts FOLDER [--only TEXT] [--policies 5] [--compress]
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadModel } from '../../src/cli/files/inputs.js'
import { writeOnnx } from '../../src/formats/onnx/write.js'
import { channelGroups } from '../../src/graph/groups.js'
import { inspectGraph } from '../../src/graph/inspect.js'
import { randomStream } from '../../src/random.js'
import { randomKept } from '../../test/fixtures/policies.js'
import { outputsOf, relativeDifference, twinDifference } from '../../test/fixtures/twin.js'
import { kerasValues, named, ways, withFloatInputs } from './case.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    policies: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    compress: { type: 'boolean', default: false },
  },
})
const [folder = '.'] = positionals
const line = (error: unknown) => (error instanceof Error ? error.message.split('\n')[0]! : String(error))

/** `pare compress` by the built command line, and the compressed file read again. */
async function compressed(model: string, out: string): Promise<string> {
  try {
    const main = join(import.meta.dirname, '../../dist/src/cli/main.js')
    execFileSync(process.execPath, [main, 'compress', model, '--keep', '0.5', '--out', out], {
      stdio: 'pipe',
    })
    const { graph } = await loadModel(out)
    return `${inspectGraph(graph).params}`
  } catch (error) {
    const stderr =
      error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : ''
    return stderr || line(error)
  }
}

async function row(network: string, way: string): Promise<readonly string[]> {
  const [parent, file] = [join(folder, network), join(folder, network, way)]
  const { graph: loaded } = await loadModel(file)
  const graph = withFloatInputs(loaded)
  const first = way.endsWith('.json')
  const inputs = named(graph.inputs, kerasValues(parent, 'input', first))
  const expected = named(graph.outputs, kerasValues(parent, 'output', first))
  const { layers, groups, frozen, params, prunable } = inspectGraph(graph)
  const fromKeras = relativeDifference(await outputsOf(writeOnnx(graph), inputs), expected)
  const cut = channelGroups(graph).groups
  let fromTwin = 0
  for (let i = 0; i < Number(values.policies); i++) {
    const kept = randomKept(cut, randomStream('keras', i, network))
    fromTwin = Math.max(fromTwin, await twinDifference(graph, cut, kept, inputs))
  }
  const reasons = new Map<string, number>()
  for (const { reason, channels } of frozen) reasons.set(reason, (reasons.get(reason) ?? 0) + channels)
  const temporary = mkdtempSync(join(tmpdir(), 'pare-keras-'))
  const sizes = values.compress
    ? [
        await compressed(file, join(temporary, 'out.onnx')),
        await compressed(file, join(temporary, 'model.json')),
      ]
    : []
  rmSync(temporary, { recursive: true })
  return [
    `${layers.length}/${new Set(layers.map(({ op }) => op)).size}`,
    `${groups.length}`,
    `${(prunable * 100).toFixed(1)} %`,
    fromKeras.toExponential(1),
    fromTwin.toExponential(1),
    ...(values.compress ? [`${params}`, ...sizes] : []),
    [...reasons].map(([reason, channels]) => `${channels}: ${reason}`).join('; '),
  ]
}

const head = ['network', 'format', 'operators', 'groups', 'prunable', 'from Keras', 'from twin']
const after = values.compress ? ['parameters', 'as ONNX', 'as TF.js'] : []
console.log([...head, ...after, 'frozen'].join(' | '))
for (const network of readdirSync(folder).filter(name => name.includes(values.only)))
  for (const way of ways) {
    if (!existsSync(join(folder, network, way))) continue
    const cells = await row(network, way).catch(error => [`FAILS: ${line(error)}`])
    console.log([network, way.split(/[./]/)[0], ...cells].join(' | '))
  }
