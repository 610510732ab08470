import { expect, it } from 'vitest'
import { costText } from '../../src/ui/cost-text.js'

it.each([
  ['macs', 10_090_112, undefined, '10,090,112'],
  ['bytes', 41_701, undefined, '41,701'],
  ['latency', 0.196_380_17, 'ms', '0.1964 ms'],
  ['latency', 7744, 'cycles', '7,744 cycles'],
  ['latency', 12.5, undefined, '12.5 ms'],
  ['energy', 0.002_25, 'mJ', '0.00225 mJ'],
] as const)('shows %s of %d in %s as %s', (kind, value, unit, text) => {
  expect(costText(kind, value, unit)).toBe(text)
})
