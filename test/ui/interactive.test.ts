import { expect, it } from 'vitest'
import { isInteractive } from '../../src/ui/interactive.js'

const terminal = { isTerminal: true, plain: false, env: { TERM: 'xterm' } }

it('needs a terminal that shows a screen to somebody who sees it', () => {
  expect(isInteractive(terminal)).toBe(true)
  expect(isInteractive({ ...terminal, isTerminal: false })).toBe(false)
  expect(isInteractive({ ...terminal, plain: true })).toBe(false)
  expect(isInteractive({ ...terminal, env: { TERM: 'dumb' } })).toBe(false)
  for (const name of ['CI', 'INK_SCREEN_READER']) {
    expect(isInteractive({ ...terminal, env: { [name]: 'true' } })).toBe(false)
    expect(isInteractive({ ...terminal, env: { [name]: 'false' } })).toBe(true)
  }
})
