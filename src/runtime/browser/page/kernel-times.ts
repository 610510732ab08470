import type { ToldKernel } from './protocol.js'

const SUFFIX = '_kernel_time'

/** An event of ONNX Runtime's profile, as far as it is read here. */
interface ProfileEvent {
  readonly cat: string
  readonly name: string
  readonly dur: number
  readonly args: { readonly op_name?: string }
}

/**
 * The kernels of each run, in execution order, from the profile that onnxruntime-web prints: a JSON array with an event on
 * each line. A run's kernels stand before the event that closes it.
 * @throws Error where the profile has no end, or is no JSON: ONNX Runtime prints names of nodes as they are.
 */
export function kernelTimes(lines: readonly string[]): ToldKernel[][] {
  if (lines.at(-1)?.trim() !== ']') throw new Error('the profile of the kernels is not whole')
  const runs: ToldKernel[][] = []
  let run: ToldKernel[] = []
  for (const line of lines) {
    if (!line.startsWith('{')) continue
    const { cat, name, dur, args } = readEvent(line)
    if (cat === 'Node' && name.endsWith(SUFFIX))
      run.push({ name: name.slice(0, -SUFFIX.length), op: args.op_name ?? '', us: dur })
    if (cat === 'Session' && name === 'model_run') {
      runs.push(run)
      run = []
    }
  }
  return runs
}

function readEvent(line: string): ProfileEvent {
  try {
    return JSON.parse(line.replace(/,\s*$/, ''))
  } catch (cause) {
    throw new Error(`the profile of the kernels cannot be read: ${line.slice(0, 200)}`, { cause })
  }
}
