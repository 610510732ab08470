import type { AgentState } from './agent.js'

/** The parts of an agent that learns nothing and has nothing to keep. */
export const learnsNothing = {
  remember() {},
  learn: () => ({ phase: 'fixed' }) as const,
  snapshot: (): AgentState => ({ numbers: {}, arrays: {} }),
  restore() {},
  dispose() {},
}
