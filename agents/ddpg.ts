import { randomStream } from '../src/random.js'
import type { Agent, AgentState, Episode } from './agent.js'
import { openUpdates } from './ddpg-updates.js'
import { type Learners, learnersOf, vectorsOf } from './learners.js'
import { evaluate, initialParameters, type Widths } from './networks.js'
import { type NoiseSchedule, noiseAt, truncatedNormal } from './noise.js'
import { fromPosition, toPosition } from './position.js'
import { purposeOf } from './purpose.js'
import { Replay } from './replay.js'
import { RewardScale } from './reward-scale.js'
import { savedArray } from './saved.js'

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
  /**
   * Pull of the actor's output to the middle, before its sigmoid. Left alone, an actor that a young critic sends to a bound
   * stays there, for the sigmoid has no slope.
   */
  readonly restraint: number
  /** Share of the way the target networks go to the trained ones at each update. */
  readonly tau: number
  readonly batch: number
  /** Episodes the replay memory holds. */
  readonly memory: number
  /** Gradient steps a told trial. */
  readonly updates: number
  /** What a step is rewarded with: its share of the policy's reward, or all of it, as AMC has it. */
  readonly stepReward: 'share' | 'whole'
  /** Trials of the warm-up vary about the even policy, or are drawn from all that is legal, as AMC's are. */
  readonly warmUpAbout: 'even' | 'all'
}

/**
 * AMC's settings but for the rates: it trains over 800 episodes with an update for every step of each. A run of a few
 * hundred trials with a few updates a trial learns nothing with an actor rate of 1e-4. The restraint is ours: without it
 * the mean reward of later trials fell below that of random ones on some seeds (0.81 to 0.90 of ResNet-14, now 0.905).
 */
export const ddpgDefaults = {
  hidden: [300, 300],
  actorRate: 1e-3,
  criticRate: 1e-3,
  restraint: 0.03,
  tau: 0.01,
  batch: 64,
  memory: 100,
  updates: 3,
  stepReward: 'share',
  warmUpAbout: 'even',
} as const satisfies Partial<DdpgOptions>

/** Where an untrained actor stands: an even share for every layer, around which the first trials vary. */
const MIDDLE = 0.5

/**
 * Deep deterministic policy gradient (Lillicrap et al. 2016, algorithm 1) as AMC uses it (He et al. 2018, section 3.2):
 * the reward of the finished policy is shared out evenly over its steps, discount 1, less a moving baseline.
 */
export async function ddpgAgent(options: DdpgOptions): Promise<Agent> {
  const { seed, features, sites, noise, hidden } = options
  const widths = { actor: [features, ...hidden, 1], critic: [features + 1, ...hidden, 1] }
  const init = randomStream(seed, 0, 'ddpg init')
  const create = (widths: Widths) => {
    const parameters = initialParameters(widths, init)
    const zeros = new Float32Array(parameters.length)
    return { parameters, target: parameters, mean: zeros, square: zeros }
  }
  // Replaced at each update and never written to: a snapshot is what they are.
  let learners: Learners<Float32Array> = { actor: create(widths.actor), critic: create(widths.critic) }
  let steps = 0
  const updates = await openUpdates({ ...options, ...widths }, options.updates)
  const replay = new Replay(options.memory * sites, features)
  const scale = new RewardScale()
  const share = options.stepReward === 'share' ? sites : 1

  const choose = (observation: readonly number[]) => {
    const [output] = evaluate(widths.actor, learners.actor.parameters, observation)
    return 1 / (1 + Math.exp(-output!))
  }

  return {
    name: 'ddpg',

    act({ trial, attempt = 0, site, observation, ...bounds }) {
      const random = randomStream(seed, trial, purposeOf('ddpg explore', site, attempt))
      const warmingUp = trial < noise.warmUp
      if (warmingUp && options.warmUpAbout === 'all') return fromPosition(random.uniform(), bounds)
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
      if (trial < noise.warmUp / 2 || replay.size < options.batch) return report
      const drawn = Array.from({ length: options.updates }, (_, step) => {
        const batch = replay.sample(options.batch, randomStream(seed, trial, `ddpg replay ${step}`))
        return { ...batch, rewards: batch.rewards.map(reward => scale.apply(reward) / share) }
      })
      const updated = await updates.run(learners, drawn, steps)
      learners = updated.learners
      steps += options.updates
      return { ...report, criticLoss: updated.criticLoss[0]!, actorLoss: updated.actorLoss[0]! }
    },

    snapshot(): AgentState {
      const memory = replay.snapshot()
      return {
        numbers: { ...memory.numbers, ...scale.snapshot(), steps },
        arrays: { ...vectorsOf(learners), replay: memory.arrays.rows! },
      }
    },

    restore(state) {
      const { numbers, arrays } = state
      const lengths = vectorsOf(learners)
      learners = learnersOf(name => savedArray(state, name, lengths[name]!.length))
      steps = numbers.steps ?? 0
      scale.restore(numbers)
      replay.restore({ numbers, arrays: { rows: arrays.replay ?? new Float32Array() } })
    },

    inherit(state) {
      // Adam's moments and the memory are of another problem; the networks are what is worth having.
      const take = (widths: Widths, network: keyof Learners<unknown>) => {
        const { parameters, mean } = create(widths)
        const array = (name: string) => savedArray(state, `${network}.${name}`, parameters.length)
        return { parameters: array('parameters'), target: array('target'), mean, square: mean }
      }
      learners = { actor: take(widths.actor, 'actor'), critic: take(widths.critic, 'critic') }
    },

    dispose: updates.close,
  }
}
