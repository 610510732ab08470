import { type ChildProcess, fork } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeProbe } from '../formats/onnx/write.js'
import { type DType, type Graph, GraphError } from '../graph/types.js'

/** A graph input that is all zeros. */
export interface Zeros {
  readonly name: string
  readonly dtype: Exclude<DType, 'bfloat16'>
  readonly shape: readonly number[]
}

export interface Question {
  readonly model: Uint8Array
  readonly zeros: readonly Zeros[]
  /** Whether elements are wanted, not shapes alone. */
  readonly withData: boolean
}

/** A value as it came out in one run, of any element type. */
export interface ProbedValue {
  readonly name: string
  readonly type: string
  readonly dims: readonly number[]
  readonly data: unknown
}

export type Answer =
  | { readonly kind: 'values'; readonly values: readonly ProbedValue[] }
  | { readonly kind: 'failed'; readonly reason: string }

/**
 * What one run may take: models are not trusted, and a loop in one need not end. A large file may take more: seconds, and
 * bytes of memory.
 */
const timeLimit = (bytes: number) => 5 + bytes / 20e6
const memoryLimit = (bytes: number) => 2 * 2 ** 30 + 8 * bytes

/** How often the memory of a run is looked at, ms. */
const LOOK = 50

/** The process that runs probes, kept for the next one; a run that must be stopped takes it along. */
let running: ChildProcess | undefined

/**
 * Values of a graph as they come out in one run in a process of its own.
 * @throws GraphError where ONNX Runtime does not run the model or does not hand out the values, or takes too long or too
 * much memory for it.
 */
export async function runProbe(
  graph: Graph,
  values: readonly string[],
  zeros: readonly Zeros[],
  { withData }: { readonly withData: boolean },
): Promise<readonly ProbedValue[]> {
  const model = writeProbe(graph, values)
  running ??= start()
  const answer = await ask(running, { model, zeros, withData }).catch((cause: unknown) => {
    running?.kill('SIGKILL')
    running = undefined
    throw cause
  })
  if (answer.kind === 'failed') throw new GraphError(`ONNX Runtime cannot run the model: ${answer.reason}`)
  return answer.values
}

function start(): ChildProcess {
  const here = fileURLToPath(import.meta.url)
  const file = new URL(`probe-process${extname(here)}`, import.meta.url)
  return fork(file, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
}

function ask(child: ChildProcess, question: Question): Promise<Answer> {
  const seconds = timeLimit(question.model.length)
  const bytes = memoryLimit(question.model.length)
  hold(child, true)
  return new Promise<Answer>((resolve, reject) => {
    const fail = (reason: string) => settle(() => reject(new GraphError(reason)))
    const timer = setTimeout(
      () => fail(`one run of the model takes more than ${Math.round(seconds)} s`),
      1000 * seconds,
    )
    const look = setInterval(async () => {
      if ((await memoryOf(child)) > bytes)
        fail(`one run of the model takes more than ${Math.round(bytes / 2 ** 20)} MB of memory`)
    }, LOOK)
    const settle = (how: () => void) => {
      clearTimeout(timer)
      clearInterval(look)
      child.removeAllListeners()
      hold(child, false)
      how()
    }
    child.once('message', (answer: Answer) => settle(() => resolve(answer)))
    child.once('error', error => settle(() => reject(error)))
    child.once('exit', () => fail('ONNX Runtime crashes on the model'))
    child.send(question)
  })
}

/** Whether this process waits for the other before it ends. */
function hold(child: ChildProcess, wait: boolean): void {
  const change = wait ? 'ref' : 'unref'
  child[change]()
  child.channel?.[change]()
}

/** Resident bytes of a process; 0 where the system does not tell (only Linux has these files). */
async function memoryOf({ pid }: ChildProcess): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return 1024 * Number(/^VmRSS:\s*(\d+) kB$/m.exec(text)?.[1] ?? 0)
}
