import { BudgetError } from '../../../envs/budget.js'
import { DataError } from '../../data/error.js'
import { GraphError } from '../../graph/types.js'
import { StoreError } from '../../store/failure.js'

/** What a command ends with. */
export const exitCodes = { done: 0, failed: 1, badInput: 2, budget: 3, interrupted: 130 } as const

/** A wrong command line, or an input that does not fit the rest, in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The user stopped the command. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/** The error; one about a model names the model's file. */
export function aboutModel(file: string, error: unknown): unknown {
  return error instanceof GraphError ? new GraphError(`${file}: ${error.message}`, { cause: error }) : error
}

/** What the system says where a disk, a share of it or a file is as large as it may be. */
const FULL: readonly string[] = ['ENOSPC', 'EDQUOT', 'EFBIG']

/** What it says of a place where the user may not write or read. */
const DENIED: readonly string[] = ['EACCES', 'EPERM', 'EROFS']

/** The exit code and the one line that an error deserves. */
export function explain(error: unknown): { readonly code: number; readonly line: string } {
  const message = error instanceof Error ? error.message : String(error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const advice = FULL.includes(code) ? '; free some space, then go on' : ''
  const line = `${message.split('\n')[0] ?? message}${advice}`
  if (error instanceof Interrupted) return { code: exitCodes.interrupted, line }
  if (error instanceof BudgetError) return { code: exitCodes.budget, line }
  const isInput = [UsageError, DataError, GraphError, StoreError].some(kind => error instanceof kind)
  const input = isInput || DENIED.includes(code)
  return { code: input ? exitCodes.badInput : exitCodes.failed, line }
}
