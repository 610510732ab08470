import type { AgentReport, AgentState } from './agent.js'

/** The parts of an agent that learns nothing and has nothing to keep. */
export const learnsNothing = {
  remember() {},
  learn: async (): Promise<AgentReport> => ({ phase: 'fixed' }),
  snapshot: (): AgentState => ({ numbers: {}, arrays: {} }),
  restore() {},
  async dispose() {},
}
