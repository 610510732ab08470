import { Calculation, type Value } from '../src/runtime/calculation.js'
import { adamStep, biasCorrection, type Optimized } from './adam.js'
import { forward, parameterGradient } from './calculus.js'
import { parameterCount, type Widths } from './networks.js'
import { type Decisions, type PpoLossOptions, ppoLoss } from './ppo-loss.js'

/** Settings of an update. */
export interface PpoUpdateOptions extends PpoLossOptions {
  /** Layers of the actor, from features to a logit a bin. */
  readonly actor: Widths
  readonly rate: number
  /** Passes over a batch. */
  readonly epochs: number
}

/** What an update learns from. */
export interface PpoBatch extends Decisions<Float32Array> {
  /** [n, features] */
  readonly observations: Float32Array
}

/** An update of PPO; it must be closed. */
export interface PpoUpdate {
  /**
   * The actor after all epochs, each a step of Adam on the whole batch, and the loss before the last; the actor before is
   * left as it was.
   * @param done how many epochs came before
   */
  run(
    actor: Optimized<Float32Array>,
    batch: PpoBatch,
    done: number,
  ): Promise<{ readonly actor: Optimized<Float32Array>; readonly loss: number }>
  close(): Promise<void>
}

/** All epochs of an update as one calculation. */
export async function openPpoUpdate(options: PpoUpdateOptions): Promise<PpoUpdate> {
  const { actor: widths, steps, rate, epochs } = options
  const [features, bins, count] = [widths[0]!, widths.at(-1)!, parameterCount(widths)]
  const c = new Calculation()
  const observations = c.transpose(c.input('observations', [steps, features]))
  const decisions = {
    chosen: c.input('chosen', [bins, steps]),
    behaviour: c.input('behaviour', [1, steps]),
    advantages: c.input('advantages', [1, steps]),
  }
  let actor: Optimized<Value> = {
    parameters: c.input('parameters', [count]),
    mean: c.input('mean', [count]),
    square: c.input('square', [count]),
  }
  let loss = c.constant(0)
  for (let epoch = 0; epoch < epochs; epoch++) {
    const pass = forward(c, widths, actor.parameters, observations)
    const found = ppoLoss(c, pass.output, decisions, options)
    const correction = c.scale(c.input(`correction.${epoch}`, []), rate)
    actor = adamStep(c, actor, parameterGradient(c, pass, found.byLogits), correction)
    loss = found.loss
  }
  const opened = await c.open({ ...actor, loss })
  return {
    async run(before, batch, done) {
      const corrections = Array.from(
        { length: epochs },
        (_, epoch) => [`correction.${epoch}`, Float32Array.of(biasCorrection(done + epoch + 1))] as const,
      )
      const { parameters, mean, square } = before
      const given = { parameters, mean, square, ...batch, ...Object.fromEntries(corrections) }
      const { loss, ...actor } = await opened.run(given)
      return { actor, loss: loss[0]! }
    },
    close: opened.close,
  }
}
