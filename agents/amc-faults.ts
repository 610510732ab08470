import type { Agent, Transition } from './agent.js'
import type { DdpgOptions } from './ddpg.js'
import { toLegal } from './position.js'
import { joinRows, savedRows } from './saved.js'

/**
 * What was mended of AMC's design (its code of 2018), one by one switched back on, to see what each mend is worth.
 */
export const faultNames = [
  /** The share itself is the action, instead of its position in what is legal. */
  'absolute-actions',
  /** The replay memory has what the actor said, instead of what was executed. */
  'raw-actions',
  /** Every step gets the whole reward. */
  'whole-reward',
  /** The first trials are drawn from all that is legal, instead of about the even policy. */
  'wide-warm-up',
  /** AMC's learning rate, and nothing that keeps the actor from the ends. */
  'slow-actor',
  /** All of them. */
  'amc',
] as const

export type Fault = (typeof faultNames)[number]

/** The fault in the name of an agent. */
export function faultOf(agent: `ddpg~${Fault}`): Fault {
  return faultNames.find(fault => agent === `ddpg~${fault}`)!
}

/** DDPG's settings under a fault. */
export function settingsWith(fault: Fault): Partial<DdpgOptions> {
  const whole = { stepReward: 'whole' } as const
  const wide = { warmUpAbout: 'all' } as const
  const slow = { actorRate: 1e-4, restraint: 0 }
  switch (fault) {
    case 'whole-reward':
      return whole
    case 'wide-warm-up':
      return wide
    case 'slow-actor':
      return slow
    case 'absolute-actions':
    case 'raw-actions':
      return {}
    case 'amc':
      return { ...whole, ...wide, ...slow }
  }
}

/** DDPG of these settings with what of a fault is around it. */
export function withFault(inner: Agent, fault: Fault, sites: number): Agent {
  const named = { ...inner, name: `${inner.name}~${fault}` }
  switch (fault) {
    case 'absolute-actions':
      return withAbsoluteActions(named)
    case 'raw-actions':
      return withRawActions(named, sites)
    case 'amc':
      return withAbsoluteActions(withRawActions(named, sites))
    case 'whole-reward':
    case 'wide-warm-up':
    case 'slow-actor':
      return named
  }
}

const everything = { low: 0, high: 1, middle: 0.5 }

/** An agent that says shares, which are then cut to what is legal. */
function withAbsoluteActions(inner: Agent): Agent {
  return {
    ...inner,
    act: choice => toLegal(inner.act({ ...choice, ...everything }), choice),
    remember: episode =>
      inner.remember({
        ...episode,
        trajectory: episode.trajectory.map(step => ({ ...step, ...everything })),
      }),
  }
}

/** An agent that remembers what it said, not what became of it. */
function withRawActions(inner: Agent, sites: number): Agent {
  const said = new Map<number, number[]>()
  return {
    ...inner,
    act(choice) {
      const action = inner.act(choice)
      const actions = said.get(choice.trial) ?? []
      // As it is saved.
      actions[choice.site] = Math.fround(action)
      said.set(choice.trial, actions)
      return action
    },
    remember(episode) {
      const actions = said.get(episode.trial)
      const trajectory = episode.trajectory.map(
        (step, site): Transition => ({ ...step, action: actions?.[site] ?? step.action }),
      )
      inner.remember({ ...episode, trajectory })
    },
    learn(trial) {
      said.delete(trial)
      return inner.learn(trial)
    },
    snapshot() {
      const state = inner.snapshot()
      const rows = [...said].sort(([a], [b]) => a - b).map(([trial, actions]) => [trial, ...actions])
      return { ...state, arrays: { ...state.arrays, said: joinRows(rows) } }
    },
    restore(state) {
      inner.restore(state)
      said.clear()
      for (const [trial, ...actions] of savedRows(state, 'said', 1 + sites)) said.set(trial!, actions)
    },
  }
}
