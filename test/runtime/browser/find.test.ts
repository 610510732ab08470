import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserName } from '../../../src/runtime/browser/browser-name.js'
import { findBrowser } from '../../../src/runtime/browser/find.js'

let folder: string
const program = (name: string) => join(folder, name)

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-find-'))
  for (const name of ['google-chrome', 'chromium', 'other', 'text']) {
    writeFileSync(program(name), '')
    chmodSync(program(name), name === 'text' ? 0o644 : 0o755)
  }
  mkdirSync(program('folder'))
})

afterAll(() => rmSync(folder, { recursive: true }))

describe('findBrowser', () => {
  it('takes the one that is named, then CHROME_PATH, then the first on the PATH', () => {
    const PATH = ['/nowhere', folder].join(delimiter)
    const env = { PATH, CHROME_PATH: program('other') }
    expect(findBrowser(program('google-chrome'), env)).toBe(program('google-chrome'))
    expect(findBrowser('google-chrome', env)).toBe(program('google-chrome'))
    expect(findBrowser(null, env)).toBe(program('other'))
    expect(findBrowser(null, { PATH })).toBe(program('chromium'))
  })

  it('finds none where there is none, and no other than was named', () => {
    const PATH = folder
    expect(findBrowser(null, { PATH: '/nowhere' })).toBeNull()
    expect(findBrowser(null, {})).toBeNull()
    for (const name of ['text', 'folder', 'none'])
      expect(findBrowser(program(name), { PATH, CHROME_PATH: program('other') })).toBeNull()
    expect(findBrowser(null, { PATH, CHROME_PATH: program('none') })).toBeNull()
  })
})

describe('browserName', () => {
  it.each([
    [
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36',
      'Chrome/156',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
      'Edge/140',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0', 'Firefox/143'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
      'Safari/18',
    ],
    ['curl', 'unknown browser'],
  ])('%s', (userAgent, name) => expect(browserName(userAgent)).toBe(name))
})
