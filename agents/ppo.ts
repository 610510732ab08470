import { randomStream } from '../src/random.js'
import type { Optimized } from './adam.js'
import type { Agent } from './agent.js'
import { binPosition, drawBin, logitsAroundMiddle } from './bins.js'
import { Experience } from './experience.js'
import { evaluate, initialParameters, type Widths } from './networks.js'
import { fromPosition } from './position.js'
import { openPpoUpdate } from './ppo-update.js'
import { RewardScale } from './reward-scale.js'
import { savedArray } from './saved.js'

/** PPO's settings. */
export interface PpoOptions {
  readonly seed: number | string
  /** Numbers an observation has, and decisions an episode. */
  readonly features: number
  readonly sites: number
  readonly hidden: readonly number[]
  /** Positions that may be chosen at a site. */
  readonly bins: number
  /** Standard deviation of the first choices about the even policy, in positions. */
  readonly spread: number
  /** Told trials an update learns from; none is used twice. */
  readonly episodes: number
  /** Passes over them. */
  readonly epochs: number
  readonly rate: number
  /** By how much the ratio of new to old probability may differ from one before the loss is flat. */
  readonly clip: number
  /** Weight of the policy's entropy, in nats. */
  readonly entropy: number
}

/**
 * Clip, passes and entropy are those of Schulman et al. 2017 (section 6.1, tables 3 and 5); the rest is for runs of some
 * hundred trials.
 */
export const ppoDefaults = {
  hidden: [64, 64],
  bins: 9,
  spread: 0.25,
  episodes: 8,
  epochs: 10,
  rate: 3e-3,
  clip: 0.2,
  entropy: 0.01,
} as const satisfies Partial<PpoOptions>

/**
 * Proximal policy optimisation (Schulman et al. 2017) of a policy over discrete choices, as MnasNet has it (Tan et al.
 * 2019, section 4.2): at each site a categorical over positions given the observation. A step's advantage is the finished
 * policy's reward less a moving baseline, in spreads, discount 1.
 *
 * Ratios are to the probability with which a choice was made when its trial began, kept until the trial is told, so that
 * a trial which was in flight during an update counts for what it is: older, and clipped the sooner.
 */
export async function ppoAgent(options: PpoOptions): Promise<Agent> {
  const { seed, features, sites, hidden, bins } = options
  const widths = [features, ...hidden, bins]
  const initial = createParameters(widths, options)
  const zeros = new Float32Array(initial.length)
  // Replaced at each update and never written to: a snapshot is what it is.
  let actor: Optimized<Float32Array> = { parameters: initial, mean: zeros, square: zeros }
  let epochs = 0
  const steps = options.episodes * sites
  const update = await openPpoUpdate({ ...options, actor: widths, steps })
  const experience = new Experience({ sites, features, bins })
  const scale = new RewardScale()

  return {
    name: 'ppo',

    act({ trial, site, observation, ...bounds }) {
      const logits = evaluate(widths, actor.parameters, observation)
      const chosen = drawBin(logits, randomStream(seed, trial, `ppo choose ${site}`))
      experience.begin(trial, site, chosen)
      return fromPosition(binPosition(chosen.bin, bins), bounds)
    },

    remember({ trial, trajectory, reward }) {
      scale.observe(reward)
      experience.tell(trial, trajectory, reward)
    },

    async learn(trial) {
      experience.forget(trial)
      if (experience.size < options.episodes) return { phase: 'learning' }
      const batch = experience.take(reward => scale.apply(reward))
      const updated = await update.run(actor, batch, epochs)
      actor = updated.actor
      epochs += options.epochs
      return { phase: 'learning', actorLoss: updated.loss }
    },

    snapshot() {
      return {
        numbers: { ...scale.snapshot(), epochs },
        arrays: { ...actor, ...experience.snapshot() },
      }
    },

    restore(state) {
      const array = (name: string) => savedArray(state, name, initial.length)
      actor = { parameters: array('parameters'), mean: array('mean'), square: array('square') }
      experience.restore(state)
      epochs = state.numbers.epochs ?? 0
      scale.restore(state.numbers)
    },

    inherit(state) {
      const parameters = savedArray(state, 'parameters', initial.length)
      actor = { parameters, mean: zeros, square: zeros }
    },

    dispose: update.close,
  }
}

/** Parameters whose policy varies about the even one, whatever it observes. */
function createParameters(widths: Widths, { seed, bins, spread }: PpoOptions): Float32Array {
  const parameters = initialParameters(widths, randomStream(seed, 0, 'ppo init'))
  // The output's biases come last.
  parameters.set(logitsAroundMiddle(bins, spread), parameters.length - bins)
  return parameters
}
