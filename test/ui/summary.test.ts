import { describe, expect, it } from 'vitest'
import { type Summary, summaryTable } from '../../src/ui/summary.js'
import { budgets, measured } from './events.js'

const summary: Summary = { original: measured.original, compressed: measured.chosen, before: 0.9167, budgets }

describe('the table at the end', () => {
  it('sets the original beside the compressed model', () => {
    expect(`\n${summaryTable(summary, true)}\n`).toBe(`
┌────────────────────────────┬────────────┬──────────────┬──────────┐
│                            │   original │   compressed │   change │
├────────────────────────────┼────────────┼──────────────┼──────────┤
│ MACs                       │ 12,824,576 │    6,401,024 │  -50.1 % │
│ parameters                 │    272,474 │      136,237 │  -50.0 % │
│ bytes of the file          │  1,098,325 │      549,163 │  -50.0 % │
│ val accuracy (n = 5,000)   │    92.50 % │      92.36 % │ -0.14 pt │
│   before fine-tuning       │            │      91.67 % │ -0.83 pt │
│ test accuracy (n = 10,000) │    92.14 % │      92.01 % │ -0.13 pt │
│ latency, median (n = 200)  │   0.290 ms │     0.171 ms │  -41.0 % │
│   10th percentile          │   0.281 ms │     0.166 ms │          │
│   90th percentile          │   0.313 ms │     0.185 ms │          │
│ budget: MACs               │            │ <= 6,412,288 │      met │
└────────────────────────────┴────────────┴──────────────┴──────────┘
`)
  })

  it('has ASCII borders where the locale has no others', () => {
    const text = summaryTable(summary, false)
    expect(text).toMatch(/^[\x20-\x7e\n]+$/)
    expect(text.split('\n')[0]).toMatch(/^\+-+\+-+\+-+\+-+\+$/)
    expect(new Set(text.split('\n').map(line => line.length)).size).toBe(1)
  })

  it('leaves out what was not measured, and says where a budget does not hold', () => {
    const { test: _, ...scores } = measured.chosen.scores
    const compressed = { ...measured.chosen, scores, latencyMs: null }
    const text = summaryTable(
      {
        original: measured.original,
        compressed,
        before: null,
        budgets: [{ kind: 'params', limit: 100, original: 272_474 }],
      },
      true,
    )
    expect(text).not.toMatch(/test|latency|before/)
    expect(text).toMatch(/budget: parameters .* <= 100 .* NOT met/)
  })

  it('names both sample counts where they differ', () => {
    const compressed = {
      ...measured.chosen,
      scores: { val: { metric: 'top1', score: 0.9, top1: 0.9, loss: 0.2, n: 4000 } },
    }
    expect(summaryTable({ ...summary, compressed }, true)).toContain('val accuracy (n = 5,000, 4,000)')
  })
})
