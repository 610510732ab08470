import { describe, expect, it } from 'vitest'
import { differing, groupNames, incomparable } from '../../src/compare/grouping.js'
import { type RunDefinition, runDefinition } from '../../src/search/definition.js'
import { storedDefinition } from '../fixtures/stored-run.js'

const definition = runDefinition.parse({
  ...storedDefinition,
  agent: 'ddpg',
  model: { source: 'm.onnx', sha256: 'm' },
})

const named = (run: string, changes: Partial<RunDefinition> = {}) => ({
  run,
  definition: { ...definition, ...changes },
})

describe('runs', () => {
  it('that differ in agents and seeds are grouped by agent', () => {
    const runs = [named('a'), named('b', { seed: 2, machine: 'there' }), named('c', { agent: 'random' })]
    expect(groupNames(runs)).toEqual(['ddpg', 'ddpg', 'random'])
  })

  it('that differ in more are grouped under what the names of each kind begin with', () => {
    const runs = [
      named('runs/haq-1', { reward: 'haq' }),
      named('runs/plain-1'),
      named('runs/haq-2', { reward: 'haq', seed: 2 }),
      named('runs/plain-2', { seed: 2 }),
    ]
    expect(groupNames(runs)).toEqual(['haq', 'plain', 'haq', 'plain'])
    expect(differing(runs[0]!, runs[1]!)).toEqual(['reward'])
  })

  it('of one agent under two budgets are not one group', () => {
    const other = { budgets: [{ ...definition.budgets[0]!, limit: 30 }] }
    expect(groupNames([named('x/ddpg-1'), named('y/ddpg-1', other)])).toEqual(['x/ddpg-1', 'y/ddpg-1'])
  })

  it('that repeat a seed stand for themselves', () => {
    expect(groupNames([named('runs/a'), named('runs/b')])).toEqual(['a', 'b'])
  })

  it.each([
    [
      'data set',
      { data: { ...definition.data, path: 'other', sha256: 'o' } },
      /another data set \(other instead of data\)/,
    ],
    ['model', { model: { source: 'o.onnx', sha256: 'o' } }, /another model \(o.onnx instead of m.onnx\)/],
    [
      'normalisation',
      { data: { ...definition.data, normalization: { scale: 1, mean: [0.5], std: [1] } } },
      /another normalisation/,
    ],
  ])('of another %s cannot be compared', (_, changes, problem) => {
    expect(incomparable([named('a'), named('b', changes)])).toMatch(problem)
  })

  it('of the same model and data elsewhere can, unless one is named twice', () => {
    const moved = { data: { ...definition.data, path: '/elsewhere' } }
    expect(incomparable([named('a'), named('b', moved)])).toBeNull()
    expect(incomparable([named('a'), named('a')])).toBe('a is named twice')
  })
})
