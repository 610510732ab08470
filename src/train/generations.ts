import { type Graph, GraphError } from '../graph/types.js'
import { sharedMaps } from './attention.js'
import { type FineTuneInput, type FineTuneResult, finetune, type Progress } from './finetune.js'
import type { FineTuneOptions } from './options.js'
import { logitsSuffice } from './teaching.js'

/** A generation counts from 1. */
export interface Generation extends FineTuneResult {
  readonly generation: number
}

/** What generations are made of. */
export interface GenerationsInput extends Omit<FineTuneInput, 'graph' | 'onJudged'> {
  /** Where a generation starts: the same network each time, or one drawn anew. */
  readonly start: (generation: number) => Promise<Graph>
  /** What a graph says of the training samples, [n, ...output], for each goal; of a classifier its logits alone. */
  readonly predict: (graph: Graph) => Promise<readonly Float32Array[]>
  readonly onJudged?: (judged: Generation) => void
}

/**
 * Fine-tunes a network so many times, each but the first taught by the one before (Furlanello et al. 2018, born-again
 * networks); the first has the teacher there is.
 * @returns each generation's result
 * @throws what `finetune` does, and GraphError before all training where a generation has no maps to show the next
 */
export async function trainGenerations(
  input: GenerationsInput,
  generations: number,
  options: FineTuneOptions,
  onProgress: (progress: Progress & { readonly generation: number }) => void,
  signal?: { throwIfAborted(): void },
): Promise<readonly Generation[]> {
  const { start, predict, onJudged, ...taught } = input
  const taughtBy = async (teacher: Graph) => {
    const said = logitsSuffice(options) ? await predict(teacher) : []
    const goals = taught.goals?.map((goal, i) => ({ ...goal, original: said[i] ?? null }))
    return { teacher, teacherLogits: said[0] ?? null, ...(goals === undefined ? {} : { goals }) }
  }
  const done: Generation[] = []
  for (let generation = 1; generation <= generations; generation++) {
    const before = done.at(-1)?.graph
    const teachers = before === undefined ? taught : { ...taught, ...(await taughtBy(before)) }
    const isAlone = (teachers.teacher ?? teachers.teacherLogits) === null
    const graph = await start(generation)
    // What the later generations would fail for is told before the first is trained.
    if (generation === 1 && generations > 1 && options.distill === 'hints')
      assertShows(graph, taught.sampleShape)
    const result = await finetune(
      {
        ...teachers,
        graph,
        onJudged: judged => onJudged?.({ ...judged, generation }),
      },
      {
        ...options,
        distill: isAlone ? 'none' : options.distill,
        seed: generation === 1 ? options.seed : `${options.seed}/generation-${generation}`,
      },
      progress => onProgress({ ...progress, generation }),
      signal,
    )
    done.push({ ...result, generation })
  }
  return done
}

function assertShows(graph: Graph, sampleShape: readonly number[]): void {
  if (sharedMaps(graph, graph, sampleShape).length === 0)
    throw new GraphError('no inner map by which one generation could teach the next')
}
