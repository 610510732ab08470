import { describe, expect, it } from 'vitest'
import { kernelRuns } from '../../src/runtime/kernel-events.js'

const kernel = (name: string, dur: number, op_name = 'Conv') => ({
  cat: 'Node',
  name: `${name}_kernel_time`,
  dur,
  args: { op_name, provider: 'CPUExecutionProvider' },
})
const run = { cat: 'Session', name: 'model_run', dur: 9, args: {} }

describe('events of a profile', () => {
  it('are the kernels of each run, in order', () => {
    const fence = { cat: 'Node', name: 'a_fence_before', dur: 0, args: { op_name: 'Conv' } }
    const events = [
      { cat: 'Session', name: 'model_loading', dur: 3 },
      fence,
      kernel('a', 5),
      kernel('b', 7, 'Gemm'),
      run,
    ]
    expect(kernelRuns([...events, kernel('a', 4), run])).toEqual([
      [
        { name: 'a', op: 'Conv', us: 5 },
        { name: 'b', op: 'Gemm', us: 7 },
      ],
      [{ name: 'a', op: 'Conv', us: 4 }],
    ])
  })

  it('of a run that did not end are left out', () => {
    expect(kernelRuns([kernel('a', 5), run, kernel('a', 5)])).toHaveLength(1)
  })
})
