import { Calculation, type Value } from '../src/runtime/calculation.js'
import { biasCorrection } from './adam.js'
import { ddpgUpdate, type Updated, type UpdateOptions } from './ddpg-update.js'
import { type Learners, learnersOf, vectorsOf } from './learners.js'
import { parameterCount } from './networks.js'
import type { Batch } from './replay.js'

/** Several updates in a row; it must be closed. */
export interface Updates {
  /**
   * The learners after one update for each batch; those before are left as they were. Computes for about 4 ms an update
   * at 300-300 and a batch of 64, without giving way to the event loop.
   * @param batches as many as it was opened for
   * @param done how many updates came before
   */
  run(
    learners: Learners<Float32Array>,
    batches: readonly Batch[],
    done: number,
  ): Promise<Updated<Float32Array>>
  close(): Promise<void>
}

/**
 * All updates between two trials as one calculation: to copy the networks out of the runtime costs a third of an update.
 * @param count how many updates
 */
export async function openUpdates(options: UpdateOptions, count: number): Promise<Updates> {
  const { batch } = options
  const features = options.actor[0]!
  const c = new Calculation()
  const columns = (name: string, rows: number) => c.transpose(c.input(name, [batch, rows]))
  const row = (name: string) => c.input(name, [1, batch])
  let learners = learnersOf((name, network): Value => c.input(name, [parameterCount(options[network])]))
  let losses: Readonly<Record<string, Value>> = {}
  for (let i = 0; i < count; i++) {
    const drawn = {
      observations: columns(`observations.${i}`, features),
      actions: row(`actions.${i}`),
      rewards: row(`rewards.${i}`),
      next: columns(`next.${i}`, features),
      bootstrap: row(`bootstrap.${i}`),
    }
    const updated = ddpgUpdate(c, learners, drawn, c.input(`correction.${i}`, []), options)
    learners = updated.learners
    losses = { criticLoss: updated.criticLoss, actorLoss: updated.actorLoss }
  }
  const opened = await c.open({ ...vectorsOf(learners), ...losses })
  return {
    async run(before, batches, done) {
      const drawn = batches.flatMap((batch, i) => [
        ...Object.entries(batch).map(([name, values]) => [`${name}.${i}`, values] as const),
        [`correction.${i}`, Float32Array.of(biasCorrection(done + i + 1))] as const,
      ])
      const after = await opened.run({ ...vectorsOf(before), ...Object.fromEntries(drawn) })
      return {
        learners: learnersOf(name => after[name]!),
        criticLoss: after.criticLoss!,
        actorLoss: after.actorLoss!,
      }
    },
    close: opened.close,
  }
}
