import { beforeAll, describe, expect, it } from 'vitest'
import { rankByEnergy } from '../../../src/compress/criteria/energy.js'
import { listProbes, type ProbeKind, probeKinds } from '../../../src/compress/list-probes.js'
import type { Probe } from '../../../src/compress/probe.js'
import { sensitivityTable } from '../../../src/compress/sensitivity-table.js'
import { createBuilder } from '../../../src/evaluate/build.js'
import { calibrate } from '../../../src/evaluate/calibrate.js'
import type { EvaluationContext } from '../../../src/evaluate/context.js'
import { inProcessEvaluator } from '../../../src/evaluate/in-process.js'
import { poolEvaluator } from '../../../src/evaluate/pool.js'
import { measureSensitivity } from '../../../src/evaluate/sensitivity/measure.js'
import { channelGroups } from '../../../src/graph/groups.js'
import { PARE_DOMAIN } from '../../../src/graph/pare-domain.js'
import { floats } from '../../../src/graph/tensor.js'
import type { Graph } from '../../../src/graph/types.js'
import { smallData, smallNet } from '../../fixtures/small-net.js'
import { deadNet } from '../../fixtures/uneven-net.js'

/** The compiled worker; `npm test` builds it first. */
const workerFile = new URL('../../../dist/src/evaluate/worker.js', import.meta.url)

const never = new AbortController().signal
const settings = { what: probeKinds, shares: [0.5, 0.25], bits: [2, 4] }
const data = smallData(200)
const samples = { split: 'train', n: 120 } as const

async function contextOf(graph: Graph): Promise<EvaluationContext> {
  const { groups } = channelGroups(graph)
  const moments = await calibrate(graph, data, 1)
  const fineTune = { epochs: 0, batchSize: 8, learningRate: 0.1, backend: 'wasm' } as const
  return {
    ...{ graph, groups, moments, data, fineTune, seed: '1' },
    ranking: rankByEnergy(graph, groups, moments),
  }
}

let context: EvaluationContext
let probes: readonly Probe[]

beforeAll(async () => {
  context = await contextOf(smallNet(3))
  probes = listProbes(context.graph, context.groups, settings)
})

it('tries everything in the order of the layers, from the mildest setting on', () => {
  const nodes = ['first', 'second', 'third']
  const places = probes.map(({ name }) => nodes.indexOf(name))
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  const first = probes.filter(({ name }) => name === 'first')
  const decided = (decision: string, values: readonly number[]) =>
    values.map(value => ({ kind: 'decision', decision, name: 'first', value }))
  expect(first).toEqual([
    // Half of five, rounded, and a quarter.
    ...decided('keep', [3, 1]),
    ...[0.5, 0.25].map(kept => ({ kind: 'zeros', name: 'first', kept })),
    ...decided('weightBits', [4, 2]),
    ...decided('activationBits', [4, 2]),
  ])
  // What the classes are made by cannot be cut.
  expect(probes).toHaveLength(8 + 8 + 6)
})

describe('a change of one layer', () => {
  /** Constants that a change may touch: the layer's own, and of a cut those that read what went. */
  const touched: Readonly<Record<string, readonly string[]>> = {
    'keep first': ['w1', 'b1', 'w2', 'b2'],
    'keep second': ['w2', 'b2', 'w3', 'b3'],
    'zeros first': ['w1'],
    'zeros second': ['w2'],
    'zeros third': ['w3'],
  }

  it('leaves all others as they are, byte for byte', async () => {
    const builder = createBuilder(context)
    for (const probe of probes) {
      const changed = await builder.probe(probe)
      const key = `${probe.kind === 'zeros' ? 'zeros' : probe.decision} ${probe.name}`
      const found = [...context.graph.initializers].flatMap(([name, tensor]) => {
        const now = changed.initializers.get(name)!
        return Buffer.compare(bytesOf(now.data), bytesOf(tensor.data)) === 0 ? [] : [name]
      })
      // A weight of few bits is rounded so that its own layer loses least.
      const isRounded = probe.kind === 'decision' && probe.decision === 'weightBits'
      const own = context.graph.nodes.find(({ id }) => id === probe.name)?.inputs[1] ?? ''
      expect(
        found.filter(name => !isRounded || name !== own),
        key,
      ).toEqual(touched[key] ?? [])
      const quantized = changed.nodes.filter(({ domain }) => domain === PARE_DOMAIN)
      const bits = probe.kind === 'decision' && probe.decision !== 'keep'
      expect(quantized, key).toHaveLength(bits ? 1 : 0)
    }
  })

  it('makes the smallest weights zero and no other', async () => {
    const probe = { kind: 'zeros', name: 'third', kept: 0.25 } as const
    const changed = await createBuilder(context).probe(probe)
    const [before, after] = [context.graph, changed].map(graph => floats(graph.initializers.get('w3')!))
    const sorted = before!.map(Math.abs).toSorted()
    expect(after!.filter(w => w !== 0)).toHaveLength(27)
    for (const [i, w] of after!.entries())
      expect(w).toBe(Math.abs(before![i]!) >= sorted[81]! ? before![i] : 0)
  })
})

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

it('tells a layer that matters from one that does not', async () => {
  const graph = deadNet()
  const dead = await contextOf(graph)
  const what: ProbeKind[] = ['sparsity', 'weight-bits', 'activation-bits']
  const tried = listProbes(graph, dead.groups, { ...settings, what })
  const { measured } = await measureSensitivity(inProcessEvaluator(dead), tried, samples, never)
  for (const { probe, outcome } of measured) {
    if (outcome.kind === 'failed') throw new Error(outcome.reason)
    // Behind zeros nothing comes through: no change before them, or of them, changes what the net says.
    if (probe.name !== 'third') expect(outcome.rise).toEqual({ mean: 0, error: 0 })
  }
  const last = measured.filter(({ probe }) => probe.name === 'third')
  expect(last.some(({ outcome }) => outcome.kind === 'measured' && outcome.rise.error > 0)).toBe(true)
})

describe('what is measured', () => {
  const plain = () => measureSensitivity(inProcessEvaluator(context), probes, samples, never)

  it('does not depend on how many work on it', async () => {
    const pool = poolEvaluator(context, 2, workerFile)
    expect(await measureSensitivity(pool, probes, samples, never)).toEqual(await plain())
    await pool.close()
  })

  it('has the losses of each decision at each value for those who plan by them', async () => {
    const { original, measured } = await plain()
    const losses = measured.map(({ probe, outcome }) => ({
      probe,
      loss: outcome.kind === 'measured' ? outcome.loss : null,
    }))
    const table = sensitivityTable(original, losses)
    expect(table).toMatchObject({ n: 120, loss: original.loss })
    expect(table.decisions.map(({ kind, name, losses }) => [kind, name, losses.length])).toEqual(
      ['first', 'second', 'third'].flatMap(name => [
        ...(name === 'third' ? [] : [['keep', name, 2]]),
        ['weightBits', name, 2],
        ['activationBits', name, 2],
      ]),
    )
  })

  it('names a change that cannot be evaluated', async () => {
    const none: Probe = { kind: 'zeros', name: 'nowhere', kept: 0.5 }
    const evaluator = inProcessEvaluator(context)
    const { measured, isComplete } = await measureSensitivity(evaluator, [none], samples, never)
    expect(isComplete).toBe(true)
    expect(measured).toEqual([
      { probe: none, outcome: { kind: 'failed', reason: expect.stringContaining('nowhere') } },
    ])
  })

  it('is what was done by then where the user stops it', async () => {
    const stop = new AbortController()
    const { measured, isComplete } = await measureSensitivity(
      inProcessEvaluator(context),
      probes,
      samples,
      stop.signal,
      done => {
        if (done === 2) stop.abort(new Error('enough'))
      },
    )
    expect(isComplete).toBe(false)
    expect(measured).toEqual((await plain()).measured.slice(0, 2))
  })
})
