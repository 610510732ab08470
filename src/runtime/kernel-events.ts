import * as z from 'zod'
import type { KernelTime } from './instrument.js'

const SUFFIX = '_kernel_time'

const kernelEvent = z.object({
  cat: z.literal('Node'),
  name: z.string().endsWith(SUFFIX),
  dur: z.number().nonnegative(),
  args: z.object({ op_name: z.string() }),
})

const runEvent = z.object({ cat: z.literal('Session'), name: z.literal('model_run') })

/**
 * The kernels of each run from the events that ONNX Runtime's profiler writes: a run's kernels in the order of execution,
 * then the event of the run itself.
 */
export function kernelRuns(events: unknown): readonly (readonly KernelTime[])[] {
  const runs: KernelTime[][] = []
  let kernels: KernelTime[] = []
  for (const event of z.array(z.unknown()).parse(events)) {
    const kernel = kernelEvent.safeParse(event)
    if (kernel.success) {
      const { name, dur, args } = kernel.data
      kernels.push({ name: name.slice(0, -SUFFIX.length), op: args.op_name, us: dur })
    } else if (runEvent.safeParse(event).success) {
      runs.push(kernels)
      kernels = []
    }
  }
  return runs
}
