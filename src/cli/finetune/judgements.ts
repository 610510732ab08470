import { type DivergedError, isBetter } from '../../train/finetune.js'
import type { Generation } from '../../train/generations.js'
import { oneLine, percent } from '../../ui/format.js'
import { type ModelTarget, writeModel } from '../files/model-file.js'
import { Interrupted } from '../options/error.js'

/** A judged network by its place. */
export type Judged = Omit<Generation, 'graph'>

/** The networks of a training as they are judged. */
export interface Judgements {
  readonly generations: number
  /** What they are judged by, in words. */
  readonly scored: string
  /** The place of every one, in order. */
  readonly history: readonly Judged[]
  /** The one that validated best, the first among equals; null before the first. */
  best(): Generation | null
  add(judged: Generation): void
}

export function createJudgements(generations: number, scored = 'accuracy'): Judgements {
  const history: Judged[] = []
  let best: Generation | null = null
  return {
    generations,
    scored,
    history,
    best: () => best,
    add(judged) {
      const { graph: _, ...place } = judged
      history.push(place)
      if (best === null || isBetter(judged, best)) best = judged
    },
  }
}

/** The network that a training to its end has made. @throws Error where none has all the zeros that were asked for. */
export function madeOf(judgements: Judgements): Generation {
  const best = judgements.best()
  if (best === null) throw new Error('no network was judged')
  if (!best.qualifies)
    throw new Error('no epoch ended with all the zeros that were asked for; nothing is written')
  return best
}

/**
 * Writes the best so far of a training that ended early, where an epoch was done; after divergence only one that qualifies.
 * @returns what the command ends with
 */
export async function writeBestSoFar(
  cause: Interrupted | DivergedError,
  judgements: Judgements,
  target: ModelTarget,
): Promise<Error> {
  const best = judgements.history.some(({ epoch }) => epoch > 0) ? judgements.best() : null
  const stopped = cause instanceof Interrupted
  const end = (rest: string) =>
    stopped
      ? new Interrupted(`interrupted${rest}`)
      : new Error(`${oneLine(cause.message)}; ${rest}`, { cause })
  if (best === null)
    return end(
      stopped
        ? ' before the first epoch was done; nothing is written'
        : 'nothing is written: no epoch was done',
    )
  if (!stopped && !best.qualifies) return end('nothing is written: no epoch ended with all the zeros')
  await writeModel(target, best.graph, async () => {})
  const which = `${placeOf(best, judgements)}${best.qualifies ? '' : ', which has not all the zeros yet,'}`
  return end(
    `${stopped ? '; ' : ''}${target.path} has the best so far, ${which} with val ${judgements.scored} ${percent(best.accuracy)}`,
  )
}

/** A network's place in words. */
function placeOf({ epoch, generation }: Judged, { generations }: Judgements): string {
  const of = generations > 1 ? ` of generation ${generation}` : ''
  return `${epoch === 0 ? 'the start' : `epoch ${epoch}`}${of}`
}
