import { GraphError } from '../graph/types.js'

/** Runs `work`; a GraphError from it names `what` first. */
export function naming<T>(what: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof GraphError) throw new GraphError(`${what}: ${error.message}`, { cause: error })
    throw error
  }
}
