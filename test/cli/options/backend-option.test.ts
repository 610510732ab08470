import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { backendFor, backendToResume } from '../../../src/cli/options/backend-option.js'
import { UsageError } from '../../../src/cli/options/error.js'

// A machine on which native TensorFlow was never built.
beforeEach(() => vi.stubEnv('XDG_CACHE_HOME', '/nonexistent'))
afterEach(() => vi.unstubAllEnvs())

it('takes WASM where native TensorFlow is not built, but not in its stead', () => {
  expect(backendFor('auto')).toBe('wasm')
  expect(() => backendFor('tensorflow')).toThrow(
    new UsageError('--backend tensorflow: native TensorFlow is not built (npm run native builds it)'),
  )
})

it('goes on with the backend of the run, or with the one that the user names', () => {
  expect(backendToResume('runs/a', { backend: 'wasm' }, undefined)).toBe('wasm')
  expect(backendToResume('runs/a', { backend: 'tensorflow' }, 'wasm')).toBe('wasm')
  expect(() => backendToResume('runs/a', { backend: 'tensorflow' }, undefined)).toThrow(
    new UsageError(
      'runs/a was begun on tensorflow: native TensorFlow is not built (npm run native builds it); pass --backend wasm to go on with that, results may differ',
    ),
  )
})
