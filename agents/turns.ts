import type { Agent, AgentState } from './agent.js'

/**
 * Several agents of which each has every so manieth trial and knows of no other: trial n is the ⌊n / k⌋-th of agent n mod k
 * of k. So a search may have several aims at once, whatever agent it has.
 * @param agents at least one
 */
export function turnsAgent(agents: readonly Agent[]): Agent {
  const count = agents.length
  const of = (trial: number) => agents[trial % count]!
  const own = (trial: number) => Math.floor(trial / count)
  return {
    name: agents[0]!.name,
    act: ({ trial, ...choice }) => of(trial).act({ ...choice, trial: own(trial) }),
    remember: ({ trial, ...episode }) => of(trial).remember({ ...episode, trial: own(trial) }),
    learn: trial => of(trial).learn(own(trial)),
    snapshot() {
      const states = agents.map(agent => agent.snapshot())
      return { numbers: joined(states, 'numbers'), arrays: joined(states, 'arrays') }
    },
    restore(state) {
      agents.forEach((agent, i) => {
        agent.restore({ numbers: part(state.numbers, i), arrays: part(state.arrays, i) })
      })
    },
    recall: (trial, trajectory) => of(trial).recall?.(own(trial), trajectory),
    async dispose() {
      for (const agent of agents) await agent.dispose()
    },
  }
}

/** Each agent's entries behind its place. */
function joined<K extends keyof AgentState>(states: readonly AgentState[], kind: K): AgentState[K] {
  return Object.fromEntries(
    states.flatMap((state, i) => Object.entries(state[kind]).map(([key, value]) => [`${i}/${key}`, value])),
  )
}

function part<T>(entries: Readonly<Record<string, T>>, place: number): Record<string, T> {
  const start = `${place}/`
  return Object.fromEntries(
    Object.entries(entries).flatMap(([key, value]) =>
      key.startsWith(start) ? [[key.slice(start.length), value] as const] : [],
    ),
  )
}
