import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readTfjs } from '../../../../src/formats/tfjs/read.js'
import { saveTfjs } from '../../../../src/formats/tfjs/save.js'
import { writeTfjs } from '../../../../src/formats/tfjs/write.js'
import { floatTensor } from '../../../../src/graph/tensor.js'
import type { Graph } from '../../../../src/graph/types.js'
import { randomStream } from '../../../../src/random.js'
import { constant, graphOf } from '../../../tensor/graph-of.js'
import { inFolder } from '../layers.js'

const random = randomStream(51, 0, 'save')

/** x W for a W of so many inputs. */
function product(inputs: number, outputs = 2): Graph {
  return graphOf([inputs], [{ op: 'Gemm', constants: [constant(random, inputs, outputs)] }])
}

const jsonOf = (file: string) => JSON.parse(readFileSync(file, 'utf8'))

it('spreads weights over shards of at most four megabytes, and says how many bytes it wrote', async () => {
  await inFolder(async folder => {
    const graph = product(1100, 1000)
    const file = join(folder, 'model.json')
    const written = saveTfjs(file, graph)
    const [{ paths }] = jsonOf(file).weightsManifest
    const sizes = paths.map((path: string) => readFileSync(join(folder, path)).byteLength)
    expect(sizes).toEqual([4 * 2 ** 20, 1100 * 1000 * 4 - 4 * 2 ** 20])
    expect(written).toBe(sizes[0] + sizes[1] + readFileSync(file).byteLength)
    const [weight] = (await readTfjs(file)).initializers.values()
    expect(weight).toEqual([...graph.initializers.values()][0])
  })
})

it('replaces a model, and leaves other files alone', async () => {
  await inFolder(async folder => {
    const file = join(folder, 'net.json')
    saveTfjs(file, product(3))
    saveTfjs(join(folder, 'net-two.json'), product(5))
    writeFileSync(join(folder, 'net-notes.bin'), 'mine')
    const before = readdirSync(folder)
    saveTfjs(file, product(4))
    const after = readdirSync(folder)
    expect(after).toHaveLength(before.length)
    expect(after.filter(name => before.includes(name))).toHaveLength(before.length - 1)
    expect((await readTfjs(file)).inputs[0]!.shape).toEqual(['batch', 4])
    expect((await readTfjs(join(folder, 'net-two.json'))).inputs[0]!.shape).toEqual(['batch', 5])
  })
})

it('leaves the old model whole where the new one cannot be put in place', async () => {
  await inFolder(async folder => {
    const file = join(folder, 'model.json')
    saveTfjs(file, product(3))
    const before = readdirSync(folder).sort()
    // A folder where the new model.json would be written beside.
    mkdirSync(`${file}.tmp`)
    expect(() => saveTfjs(file, product(4))).toThrow()
    expect(readdirSync(folder).sort()).toEqual([...before, 'model.json.tmp'].sort())
    expect((await readTfjs(file)).inputs[0]!.shape).toEqual(['batch', 3])
  })
})

it('takes names for what they are, whatever they say', () => {
  const graph = product(3)
  const [node] = graph.nodes
  const named: Graph = {
    ...graph,
    nodes: [{ ...node!, id: 'constructor:0', inputs: ['__proto__', node!.inputs[1]!], outputs: ['a b:1'] }],
    inputs: [{ ...graph.inputs[0]!, name: '__proto__' }],
    outputs: [{ ...graph.outputs[0]!, name: 'a b:1' }],
    metadata: { 'pare.tfjs.signature': '{"inputs":[["x","another"]],"outputs":[]}' },
  }
  const { signature, modelTopology } = writeTfjs(named)
  expect(Object.keys(signature.inputs)).toEqual(['__proto__'])
  expect(Object.keys(signature.outputs)).toEqual(['a b:1'])
  for (const { name } of modelTopology.node) expect(name).toMatch(/^[A-Za-z0-9.][A-Za-z0-9_./-]*$/)
})

it('keeps numbers that are no numbers', () => {
  const steps = [{ op: 'Add', constants: [floatTensor([2], [Number.NaN, Number.NEGATIVE_INFINITY])] }]
  const { weightData } = writeTfjs(graphOf([2], steps))
  expect([...new Float32Array(weightData.buffer, weightData.byteOffset, 2)]).toEqual([
    Number.NaN,
    Number.NEGATIVE_INFINITY,
  ])
})

it('gives names that do not grow on the way in and out', async () => {
  const graph = graphOf(
    [2, 5, 5],
    [{ op: 'Conv', constants: [constant(random, 3, 2, 3, 3), constant(random, 3)] }, { op: 'Relu' }],
  )
  const names = (written: Graph) => writeTfjs(written).modelTopology.node.map(({ name }) => name)
  await inFolder(async folder => {
    saveTfjs(join(folder, 'model.json'), graph)
    expect(names(await readTfjs(join(folder, 'model.json')))).toEqual(names(graph))
  })
})

it('tells constants apart whose names are alike', () => {
  const twice = (name: string): Graph => {
    const graph = graphOf(
      [2],
      [{ op: 'Gemm', constants: [constant(random, 2, 2), constant(random, 2)], attributes: { transB: 1 } }],
    )
    const [weight, bias] = [...graph.initializers.values()]
    const [node] = graph.nodes
    return {
      ...graph,
      initializers: new Map([
        ['w', weight!],
        [name, bias!],
      ]),
      nodes: [{ ...node!, inputs: ['x', 'w', name] }],
    }
  }
  for (const name of ['w:turned', 'w:bias', 'scalar:0', '0 w:turned'])
    expect(writeTfjs(twice(name)).weightSpecs.map(({ shape }) => shape)).toEqual([[2, 2], [2]])
})
