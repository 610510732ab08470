import type { z } from 'zod'
import { GraphError } from '../../graph/types.js'

/** A value from a file, checked against a schema. @throws GraphError naming the first place that differs. */
export function parse<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const place = issue?.path.map(String).join('.') ?? ''
  throw new GraphError(`${what}${place && `, ${place}`}: ${(issue?.message ?? 'invalid').split('\n')[0]}`)
}

/** Runs `work`; a GraphError from it names `what` first. */
export function naming<T>(what: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof GraphError) throw new GraphError(`${what}: ${error.message}`, { cause: error })
    throw error
  }
}
