import { afterEach, describe, expect, it, vi } from 'vitest'
import { curvesCsv } from '../../../src/cli/compare/csv.js'
import { printComparison } from '../../../src/cli/compare/print.js'
import { comparedRun } from '../../../src/cli/compare/read-run.js'
import { endTable, reachTable, searchTable } from '../../../src/cli/compare/tables.js'
import { deviceTable } from '../../../src/cli/runs/device-table.js'
import { comparisonResult } from '../../../src/compare/result.js'
import { summaries } from '../../../src/compare/summary.js'
import { metricNames } from '../../../src/data/goals.js'
import { runDefinition } from '../../../src/search/definition.js'
import type { RunEvent } from '../../../src/search/events.js'
import { scoreName } from '../../../src/ui/score-text.js'
import { runOf, toldOf } from '../../compare/runs.js'
import { storedDefinition } from '../../fixtures/stored-run.js'

const several = 'logits=top1,mask=iou:0.5'
const runsOf = (metric: string) =>
  ['ddpg', 'random'].map((group, i) =>
    runOf({
      run: `runs/${group}-1`,
      group,
      metric,
      told: toldOf([0.5 + i / 10, null, 0.75], at => 100 * at),
      chosen: { val: 0.8, test: 0.7 },
    }),
  )

afterEach(() => {
  vi.restoreAllMocks()
})

describe.each([...metricNames, several])('a comparison by %s', metric => {
  const runs = runsOf(metric)
  const name = scoreName({ metric })
  const isTop1 = metric === 'top1'

  it('names what it shows in all headings, and accuracy only where it is that', async () => {
    const groups = summaries(runs, 0.7)
    const [search, end, reach] = [searchTable(groups, name), endTable(groups, name), reachTable(groups, name)]
    expect(search).toContain(`best validation ${name} in % after`)
    expect(end).toContain(`the chosen model's ${name} in %`)
    expect(reach).toContain(`the best validation ${name} was 70.00 %`)
    const written: string[] = []
    vi.spyOn(process.stdout, 'write').mockImplementation(text => written.push(String(text)) > 0)
    await printComparison(null, runs, { by: 'evaluations', json: false })
    const text = written.join('')
    expect(text).toContain(`best validation ${name} in % by evaluations`)
    expect(text).toContain('75.00')
    if (!name.includes('accuracy')) expect([search, end, reach, text].join()).not.toContain('accuracy')
  })

  it('heads the column of the scores with their name', () => {
    const [head = '', first = ''] = curvesCsv(runs, metric).split('\n')
    const quoted = name.includes(',') ? `"${name}"` : name
    expect(head).toBe(`run,group,agent,seed,evaluations,seconds,${quoted},best`)
    expect(first).toBe('runs/ddpg-1,ddpg,ddpg,1,1,0,0.5,0.5')
  })

  it('says in JSON what the scores are', () => {
    const result = comparisonResult(null, runs, { reach: 0.7 })
    expect(result.metric).toBe(metric)
    for (const one of [result.groups[0]?.reach, result.runs[0]?.reach, result.runs[0]?.curve[0]]) {
      expect(one?.score).toBeTypeOf('number')
      expect(one?.accuracy).toBe(isTop1 ? one?.score : undefined)
    }
  })

  it('has its runs on devices under its name', () => {
    const score = { split: 'test', metric, score: 0.75, n: 100 } as const
    const common = { run: 'runs/a', file: 'best.onnx', originalHash: 'h', on: [] }
    const table = deviceTable([{ ...common, score }])
    expect(table).toContain(name)
    expect(table).toContain('75.00 %')
    const other = { ...score, metric: isTop1 ? 'iou' : 'top1' }
    const mixed = deviceTable([
      { ...common, score },
      { ...common, score: other },
      { ...common, score: null },
    ])
    expect(mixed.split('\n')[1]).toMatch(/run +\S +score \S$/)
  })
})

describe('a run that is compared', () => {
  const definition = runDefinition.parse({ ...storedDefinition, metric: 'fidelity' })
  const cost = { macs: 1, params: 1, bytes: 1, size: 1, bitops: 1 }
  const scored = (metric: string): RunEvent => ({
    at: 1,
    type: 'baseline',
    report: { scores: { val: { metric, score: 1, loss: 0, n: 9 } }, cost, latencyMs: null },
  })

  it('is scored by what its original was scored by, or is asked to be before that', () => {
    expect(comparedRun('a', 'a', definition, []).metric).toBe('fidelity')
    expect(comparedRun('a', 'a', definition, [scored('x=fidelity,y=fidelity')]).metric).toBe(
      'x=fidelity,y=fidelity',
    )
  })
})
