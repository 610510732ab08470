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
