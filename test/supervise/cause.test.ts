import { expect, it } from 'vitest'
import { causeOf } from '../../src/supervise/cause.js'

it.each([
  [3, null, '', 'exit code 3'],
  [null, 'SIGSEGV', 'some lines\nof no use', 'SIGSEGV'],
  [null, 'SIGKILL', '', 'SIGKILL (by hand, or the system was out of memory)'],
  [
    null,
    'SIGABRT',
    '<--- Last few GCs --->\nFATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n----- Native',
    'SIGABRT (Reached heap limit Allocation failed - JavaScript heap out of memory)',
  ],
  [
    null,
    'SIGABRT',
    "terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\n",
    "SIGABRT ('std::bad_alloc')",
  ],
] as const)('code %s, signal %s: what a process died of', (code, signal, text, expected) => {
  expect(causeOf(code, signal, text)).toBe(expected)
})
