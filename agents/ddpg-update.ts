import type { Calculation, Value } from '../src/runtime/calculation.js'
import { adamStep } from './adam.js'
import { forward, inputGradient, parameterGradient } from './calculus.js'
import type { Learners } from './learners.js'
import type { Widths } from './networks.js'
import type { Batch } from './replay.js'

/** Settings of an update. */
export interface UpdateOptions {
  /** Layers of the actor, from features to an action before its sigmoid. */
  readonly actor: Widths
  /** Layers of the critic, from features and an action to a value. */
  readonly critic: Widths
  readonly actorRate: number
  readonly criticRate: number
  /**
   * Pull of the actor's output to the middle, before its sigmoid. Left alone, an actor that a young critic sends to a bound
   * stays there, for the sigmoid has no slope.
   */
  readonly restraint: number
  /** Share of the way the target networks go to the trained ones. */
  readonly tau: number
  /** Steps drawn from memory. */
  readonly batch: number
}

/** What an update leaves behind. */
export interface Updated<T> {
  readonly learners: Learners<T>
  /** Scalars, as they were before the update. */
  readonly criticLoss: T
  readonly actorLoss: T
}

/** A batch's values, one step a column: [features, n] or [1, n]. */
export type Drawn = Readonly<Record<keyof Batch, Value>>

/**
 * One update of DDPG (Lillicrap et al. 2016, algorithm 1): critic to the Bellman target, actor up the critic, targets a
 * little after both.
 * @param correction Adam's bias correction, a scalar
 */
export function ddpgUpdate(
  c: Calculation,
  { actor, critic }: Learners<Value>,
  { observations: states, actions, rewards, next, bootstrap }: Drawn,
  correction: Value,
  options: UpdateOptions,
): Updated<Value> {
  const { tau, batch, restraint } = options
  const mu = (parameters: Value, s: Value) => {
    const pass = forward(c, options.actor, parameters, s)
    return { pass, actions: c.sigmoid(pass.output) }
  }
  const q = (parameters: Value, s: Value, a: Value) =>
    forward(c, options.critic, parameters, c.concat([s, a]))
  const follow = (target: Value, trained: Value) => c.add(c.scale(target, 1 - tau), c.scale(trained, tau))

  const future = q(critic.target, next, mu(actor.target, next).actions).output
  const bellman = c.add(rewards, c.mul(bootstrap, future))
  const fit = q(critic.parameters, states, actions)
  const error = c.sub(fit.output, bellman)
  const criticGradient = parameterGradient(c, fit, c.scale(error, 2 / batch))
  const fitted = adamStep(c, critic, criticGradient, c.scale(correction, options.criticRate))

  const chosen = mu(actor.parameters, states)
  const judged = q(fitted.parameters, states, chosen.actions)
  const byInput = inputGradient(c, judged, c.constant(-1 / batch, [1, batch]))
  const [, byAction] = c.split(byInput, [options.actor[0]!, 1]) as [Value, Value]
  const slope = c.mul(chosen.actions, c.sub(c.constant(1), chosen.actions))
  const pull = c.scale(chosen.pass.output, restraint / batch)
  const actorGradient = parameterGradient(c, chosen.pass, c.add(c.mul(byAction, slope), pull))
  const climbed = adamStep(c, actor, actorGradient, c.scale(correction, options.actorRate))

  return {
    learners: {
      actor: { ...climbed, target: follow(actor.target, climbed.parameters) },
      critic: { ...fitted, target: follow(critic.target, fitted.parameters) },
    },
    criticLoss: c.mean(c.square(error)),
    actorLoss: c.neg(c.mean(judged.output)),
  }
}
