import type { Agent, Imagine, Transition } from '../../agents/agent.js'

/** What every site of the known environment allows. */
export const bounds = { low: 0.1, high: 1, middle: 0.5 }

/** Each site's best share; the reward falls with the mean squared distance to them. */
const optimum = [0.3, 0.9, 0.5, 0.8]

export const sites = optimum.length

/** Numbers an observation has. */
export const features = 3

/** Walks through an episode. */
export const imagine = (choose: Parameters<Imagine>[0]): Transition[] =>
  optimum.map((_, site) => {
    const observation = [site / (sites - 1), site % 2, 1]
    return { observation, ...bounds, action: choose({ site, observation, ...bounds }) }
  })

/** Walks an agent through an episode. */
export function begin(agent: Agent, trial: number): Transition[] {
  return imagine(choice => agent.act({ trial, ...choice }))
}

/** 0.9 at the optimum, 0.8175 for one half everywhere. */
export function rewardOf(trajectory: readonly Transition[]): number {
  return 0.9 - trajectory.reduce((sum, { action }, site) => sum + (action - optimum[site]!) ** 2, 0) / sites
}

/** Accuracy, and what is saved: of two policies with the same reward the smaller is better. */
function objectivesOf(trajectory: readonly Transition[]): number[] {
  return [rewardOf(trajectory), 1 - mean(trajectory.map(({ action }) => action))]
}

/** Tells a trial as a search does: what failed is not remembered, but learned after all the same. */
export async function tell(
  agent: Agent,
  trial: number,
  trajectory: readonly Transition[],
  failed = false,
): Promise<void> {
  const reward = rewardOf(trajectory)
  if (!failed) agent.remember({ trial, trajectory, reward, objectives: objectivesOf(trajectory) })
  await agent.learn(trial)
}

/** Plays trials one after the other, and gives their rewards. */
export async function play(agent: Agent, from: number, to: number): Promise<number[]> {
  const rewards: number[] = []
  for (let trial = from; trial < to; trial++) {
    const trajectory = begin(agent, trial)
    rewards.push(rewardOf(trajectory))
    await tell(agent, trial, trajectory)
  }
  return rewards
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
