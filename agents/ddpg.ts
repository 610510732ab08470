import { setImmediate } from 'node:timers/promises'
import { randomStream } from '../src/random.js'
import {
  add,
  mean,
  mul,
  neg,
  type Scalar,
  square,
  sub,
  type Tensor2D,
  tensor,
  tensor2d,
  tidy,
  transpose,
  type Variable,
  variableGrads,
} from '../src/tensor/tf.js'
import { Adam } from './adam.js'
import type { Agent, AgentState, Episode } from './agent.js'
import { actor, createNetwork, critic, type Network } from './networks.js'
import { type NoiseSchedule, noiseAt, truncatedNormal } from './noise.js'
import { fromPosition, toPosition } from './position.js'
import { Replay } from './replay.js'
import { RewardScale } from './reward-scale.js'

/** Target and trained variables, pair by pair. */
function zip(slow: Network, fast: Network): (readonly [Variable, Variable])[] {
  return slow.map((v, i) => [v, fast[i]!] as const)
}

/** DDPG's settings. */
export interface DdpgOptions {
  readonly seed: number | string
  /** Numbers an observation has, and decisions an episode. */
  readonly features: number
  readonly sites: number
  readonly noise: NoiseSchedule
  readonly hidden: readonly number[]
  readonly actorRate: number
  readonly criticRate: number
  /** Share of the way the target networks go to the trained ones at each update. */
  readonly tau: number
  readonly batch: number
  /** Episodes the replay memory holds. */
  readonly memory: number
  /** Gradient steps a told trial. */
  readonly updates: number
}

/**
 * AMC's settings but for the rates: it trains over 800 episodes with an update for every step of each. A run of a few
 * hundred trials with a few updates a trial learns nothing with an actor rate of 1e-4.
 */
export const ddpgDefaults = {
  hidden: [300, 300],
  actorRate: 1e-3,
  criticRate: 1e-3,
  tau: 0.01,
  batch: 64,
  memory: 100,
  updates: 3,
} as const satisfies Partial<DdpgOptions>

/** Where an untrained actor stands: an even share for every layer, around which the first trials vary. */
const MIDDLE = 0.5

/**
 * Deep deterministic policy gradient (Lillicrap et al. 2016, algorithm 1) as AMC uses it (He et al. 2018, section 3.2):
 * the reward of the finished policy is shared out evenly over its steps, discount 1, less a moving baseline.
 */
export function ddpgAgent(options: DdpgOptions): Agent {
  const { seed, features, sites, noise, hidden, tau, batch } = options
  const init = randomStream(seed, 0, 'ddpg init')
  const create = (inputs: number): Network => createNetwork([inputs, ...hidden, 1], init)
  const online = { actor: create(features), critic: create(features + 1) }
  const target = { actor: create(features), critic: create(features + 1) }
  const pairs = [...zip(target.actor, online.actor), ...zip(target.critic, online.critic)]
  for (const [slow, fast] of pairs) slow.assign(fast)
  const optimizer = {
    actor: new Adam(online.actor, options.actorRate),
    critic: new Adam(online.critic, options.criticRate),
  }
  const replay = new Replay(options.memory * sites, features)
  const scale = new RewardScale()

  /** One update: critic to the Bellman target, actor up the critic, targets a little after both. */
  const update = (trial: number, step: number) =>
    tidy(() => {
      const drawn = replay.sample(batch, randomStream(seed, trial, `ddpg replay ${step}`))
      const columns = (rows: Float32Array) => transpose(tensor2d(rows, [batch, features])) as Tensor2D
      const states = columns(drawn.observations)
      const next = columns(drawn.next)
      const actions = tensor2d(drawn.actions, [1, batch])
      const rewards = tensor2d(
        drawn.rewards.map(reward => scale.apply(reward) / sites),
        [1, batch],
      )
      const bootstrap = tensor2d(drawn.bootstrap, [1, batch])

      const future = critic(target.critic, next, actor(target.actor, next), 'input')
      const bellman = add(rewards, mul(bootstrap, future))
      const fit = variableGrads(
        () => mean<Scalar>(square(sub(critic(online.critic, states, actions, 'input'), bellman))),
        [...online.critic],
      )
      optimizer.critic.apply(fit.grads)

      const climb = variableGrads(
        () => neg(mean<Scalar>(critic(online.critic, states, actor(online.actor, states), 'parameters'))),
        [...online.actor],
      )
      optimizer.actor.apply(climb.grads)

      for (const [slow, fast] of pairs) slow.assign(add(mul(slow, 1 - tau), mul(fast, tau)))
      return { criticLoss: fit.value.dataSync()[0]!, actorLoss: climb.value.dataSync()[0]! }
    })

  const choose = (observation: readonly number[]) =>
    tidy(() => actor(online.actor, tensor2d([...observation], [features, 1])).dataSync()[0]!)

  return {
    name: 'ddpg',

    act({ trial, site, observation, ...bounds }) {
      const random = randomStream(seed, trial, `ddpg explore ${site}`)
      const warmingUp = trial < noise.warmUp
      const mean = warmingUp ? MIDDLE : choose(observation)
      return fromPosition(truncatedNormal(random, mean, noiseAt(noise, trial), 0, 1), bounds)
    },

    remember({ trajectory, reward }: Episode) {
      scale.observe(reward)
      trajectory.forEach((step, i) => {
        replay.add(step.observation, toPosition(step), reward, trajectory[i + 1]?.observation ?? null)
      })
    },

    async learn(trial) {
      const report = {
        warmUp: noise.warmUp,
        noise: noiseAt(noise, trial + 1),
        phase: trial + 1 < noise.warmUp ? 'warm-up' : 'learning',
      } as const
      // The first actions of its own come from what half of the random trials taught.
      if (trial < noise.warmUp / 2 || replay.size < batch) return report
      let losses = { criticLoss: 0, actorLoss: 0 }
      for (let step = 0; step < options.updates; step++) {
        losses = update(trial, step)
        await setImmediate()
      }
      return { ...report, ...losses }
    },

    snapshot(): AgentState {
      const memory = replay.snapshot()
      const values = Object.entries(variablesOf()).map(
        ([name, v]) => [name, v.dataSync<'float32'>().slice()] as const,
      )
      return {
        numbers: {
          ...memory.numbers,
          ...scale.snapshot(),
          actorSteps: optimizer.actor.steps,
          criticSteps: optimizer.critic.steps,
        },
        arrays: { ...Object.fromEntries(values), replay: memory.arrays.rows! },
      }
    },

    restore(state) {
      for (const [name, v] of Object.entries(variablesOf())) {
        const values = state.arrays[name]
        if (values?.length !== v.size)
          throw new Error(`the saved agent does not fit: ${name} has ${values?.length} values, not ${v.size}`)
        tidy(() => v.assign(tensor(values, v.shape)))
      }
      optimizer.actor.steps = state.numbers.actorSteps ?? 0
      optimizer.critic.steps = state.numbers.criticSteps ?? 0
      scale.restore(state.numbers)
      replay.restore({ numbers: state.numbers, arrays: { rows: state.arrays.replay ?? new Float32Array() } })
    },

    dispose() {
      for (const v of Object.values(variablesOf())) v.dispose()
    },
  }

  function variablesOf(): Readonly<Record<string, Variable>> {
    const named = (prefix: string, variables: readonly Variable[]) =>
      variables.map((v, i) => [`${prefix}.${i}`, v] as const)
    return Object.fromEntries([
      ...named('actor', online.actor),
      ...named('critic', online.critic),
      ...named('target.actor', target.actor),
      ...named('target.critic', target.critic),
      ...named('adam.actor', optimizer.actor.moments),
      ...named('adam.critic', optimizer.critic.moments),
    ])
  }
}
