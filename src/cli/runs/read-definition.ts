import { type RunDefinition, runDefinition } from '../../search/definition.js'
import { UsageError } from '../options/error.js'
import type { RunFolder } from './run-folder.js'

/** A run's stored definition, checked. @throws UsageError where it is not one. */
export function readDefinition(stored: unknown, folder: RunFolder): RunDefinition {
  const parsed = runDefinition.safeParse(stored)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new UsageError(
    `${folder.database}: the run's definition is damaged (${issue?.path.join('.')}: ${issue?.message})`,
  )
}
