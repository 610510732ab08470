import { attributesToInputs } from './attributes-to-inputs.js'
import { coerced } from './coerced.js'
import type { VersionedRule } from './rule.js'
import { sampling } from './sampling.js'
import { trainingModes } from './training-modes.js'

/** Rules by operator, for all that changed its meaning or its form between operator sets 7 and 18. */
export const rules: ReadonlyMap<string, VersionedRule> = new Map<string, VersionedRule>([
  ...attributesToInputs,
  ...coerced,
  ...sampling,
  ...trainingModes,
  ['Scatter', { since: 11, rule: node => [{ ...node, op: 'ScatterElements' }] }],
  // Its batch axis and its lengths cannot be said any more.
  ['Scan', { since: 9, rule: () => undefined }],
])
