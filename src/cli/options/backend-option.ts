import type { RunDefinition } from '../../search/definition.js'
import { type BackendName, chooseBackend } from '../../tensor/backend.js'
import { UsageError } from './error.js'

/** What `--backend` takes. */
export const backendWishes = ['auto', 'tensorflow', 'wasm'] as const

export type BackendWish = (typeof backendWishes)[number]

/** The backend that a wish comes to here. @throws UsageError where the one named does not load. */
export function backendFor(wish: BackendWish): BackendName {
  try {
    return chooseBackend(wish)
  } catch (error) {
    throw new UsageError(`--backend ${wish}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/**
 * The backend that a run goes on with: its own, unless the user names another.
 * @throws UsageError where it does not load here.
 */
export function backendToResume(
  run: string,
  { backend }: Pick<RunDefinition, 'backend'>,
  wish: BackendName | undefined,
): BackendName {
  if (wish !== undefined) return backendFor(wish)
  try {
    return chooseBackend(backend)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UsageError(
      `${run} was begun on ${backend}: ${reason}; pass --backend wasm to go on with that, results may differ`,
    )
  }
}
