import { Calculation, type Value } from '../src/runtime/calculation.js'
import { adamStep, biasCorrection, type Optimized } from './adam.js'
import { forward, inputGradient, parameterGradient } from './calculus.js'
import { parameterCount, type Widths } from './networks.js'
import type { Batch } from './replay.js'

/** A network that learns, and the target network's parameters, which follow its own. */
export interface Learner<T> extends Optimized<T> {
  readonly target: T
}

/** mu(s): states -> an action in (0,1) after a sigmoid; Q(s, a): states with the action below -> value. */
export interface Learners<T> {
  readonly actor: Learner<T>
  readonly critic: Learner<T>
}

export interface UpdateOptions {
  readonly actor: Widths
  readonly critic: Widths
  readonly actorRate: number
  readonly criticRate: number
  /** Share of the way the target networks go to the trained ones. */
  readonly tau: number
  readonly batch: number
  readonly updates: number
}

/** What an update makes. */
export interface Updated {
  readonly learners: Learners<Float32Array>
  readonly criticLoss: number
  readonly actorLoss: number
}

/** Values of a batch, samples in columns. */
type Drawn = Readonly<Record<keyof Batch, Value>>

/** One update: critic to the Bellman target, actor up the critic, targets a little after both. */
function update(
  c: Calculation,
  { actor, critic }: Learners<Value>,
  { observations: states, actions, rewards, next, bootstrap }: Drawn,
  correction: Value,
  options: UpdateOptions,
) {
  const { tau, batch } = options
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
  const criticLoss = c.mean(c.square(error))
  const criticGradient = parameterGradient(c, fit, c.scale(error, 2 / batch))
  const judge = adamStep(c, critic, criticGradient, c.scale(correction, options.criticRate))

  const policy = mu(actor.parameters, states)
  const judged = q(judge.parameters, states, policy.actions)
  const actorLoss = c.neg(c.mean(judged.output))
  const byInput = inputGradient(c, judged, c.constant(-1 / batch, [1, batch]))
  const [, byAction] = c.split(byInput, [options.actor[0]!, 1]) as [Value, Value]
  const sigmoidSlope = c.mul(policy.actions, c.sub(c.constant(1), policy.actions))
  const actorGradient = parameterGradient(c, policy.pass, c.mul(byAction, sigmoidSlope))
  const player = adamStep(c, actor, actorGradient, c.scale(correction, options.actorRate))

  return {
    learners: {
      actor: { ...player, target: follow(actor.target, player.parameters) },
      critic: { ...judge, target: follow(critic.target, judge.parameters) },
    },
    criticLoss,
    actorLoss,
  }
}

const parts = ['parameters', 'mean', 'square', 'target'] as const

/** Both networks' vectors by name, `actor.parameters` and so on; `arraysOf` is the way there. */
export function learnersOf<T>(array: (name: string) => T): Learners<T> {
  const learner = (name: string): Learner<T> => ({
    parameters: array(`${name}.parameters`),
    mean: array(`${name}.mean`),
    square: array(`${name}.square`),
    target: array(`${name}.target`),
  })
  return { actor: learner('actor'), critic: learner('critic') }
}

export function arraysOf<T>({ actor, critic }: Learners<T>): Record<string, T> {
  const named = (name: string, learner: Learner<T>) =>
    parts.map(part => [`${name}.${part}`, learner[part]] as const)
  return Object.fromEntries([...named('actor', actor), ...named('critic', critic)])
}

/** A number of updates, one after the other, as a function of all that they change. */
export async function openUpdates(options: UpdateOptions) {
  const c = new Calculation()
  const { batch } = options
  const features = options.actor[0]!
  const columns = (name: string, rows: number) => c.transpose(c.input(name, [batch, rows]))
  const given = learnersOf(name =>
    c.input(name, [parameterCount(name.startsWith('actor') ? options.actor : options.critic)]),
  )
  let after: ReturnType<typeof update> = { learners: given, criticLoss: '', actorLoss: '' }
  for (let i = 0; i < options.updates; i++) {
    const drawn = {
      observations: columns(`observations.${i}`, features),
      next: columns(`next.${i}`, features),
      actions: c.input(`actions.${i}`, [1, batch]),
      rewards: c.input(`rewards.${i}`, [1, batch]),
      bootstrap: c.input(`bootstrap.${i}`, [1, batch]),
    }
    after = update(c, after.learners, drawn, c.input(`correction.${i}`, []), options)
  }
  const { criticLoss, actorLoss } = after
  const outputs: Record<string, Value> = { ...arraysOf(after.learners), criticLoss, actorLoss }
  const opened = await c.open(outputs)
  return {
    /** @param step its number, from 1 */
    async run(before: Learners<Float32Array>, drawn: readonly Batch[], step: number): Promise<Updated> {
      const batches = drawn.flatMap((batch, i) => [
        ...Object.entries(batch).map(([name, values]) => [`${name}.${i}`, values] as const),
        [`correction.${i}`, Float32Array.of(biasCorrection(step + i))] as const,
      ])
      const found = await opened.run({ ...arraysOf(before), ...Object.fromEntries(batches) })
      return {
        learners: learnersOf(name => found[name]!),
        criticLoss: found.criticLoss![0]!,
        actorLoss: found.actorLoss![0]!,
      }
    },
    close: opened.close,
  }
}
