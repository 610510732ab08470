import type { Agent, Choice, Transition } from '../../agents/agent.js'
import type { Decision, Env } from '../../envs/env.js'
import { policyHash } from './policy.js'
import type { Trial } from './trial.js'

/** One episode: every decision as it was chosen and then executed. The environment holds the policy. */
export function walk(env: Env, choose: (choice: Omit<Choice, 'trial'>) => number): readonly Transition[] {
  const trajectory: Transition[] = []
  let decision: Decision | null = env.reset()
  while (decision !== null) {
    const { observation, low, high, middle, site } = decision
    const { executed, next } = env.step(choose({ site, observation, low, high, middle }))
    trajectory.push({ observation, low, high, middle, action: executed })
    decision = next
  }
  return trajectory
}

/** Walks the agent through the environment once and begins the trial of the policy that comes out. */
export function rollout(agent: Agent, env: Env, number: number): Trial {
  const trajectory = walk(env, choice => agent.act({ trial: number, ...choice }))
  const policy = env.policy()
  return { number, policy, policyHash: policyHash(policy), trajectory, state: { kind: 'running' } }
}
