import { describe, expect, it } from 'vitest'
import { isUnicode } from '../../src/ui/charset.js'
import * as format from '../../src/ui/format.js'

describe('numbers', () => {
  it('separate thousands, whatever the sign', () => {
    expect([0, 7, 999, 1000, 1234567, -1234.4, -0.3].map(format.whole)).toEqual([
      '0',
      '7',
      '999',
      '1,000',
      '1,234,567',
      '-1,234',
      '0',
    ])
    expect(format.whole(Number.NaN)).toBe('NaN')
  })

  it('shorten to three significant digits', () => {
    expect([999, 1000, 12_824_576, 999_960, 4.1e9].map(format.short)).toEqual([
      '999',
      '1.00 k',
      '12.8 M',
      '1.00 M',
      '4.10 G',
    ])
  })

  it('have a sign where they change, and none where they round to nothing', () => {
    expect([
      format.relativeChange(200, 100),
      format.relativeChange(100, 130),
      format.relativeChange(0, 5),
    ]).toEqual(['-50.0 %', '+30.0 %', '-'])
    expect([format.points(0.925, 0.921), format.points(0.9, 0.91), format.points(0.9, 0.90001)]).toEqual([
      '-0.40 pt',
      '+1.00 pt',
      '0.00 pt',
    ])
  })
})

describe('times', () => {
  it('use the two units that matter', () => {
    expect([0, 5400, 184_000, 3_720_000, 183_600_000].map(format.duration)).toEqual([
      '0 s',
      '5 s',
      '3 m 04 s',
      '1 h 02 m',
      '2 d 03 h',
    ])
    expect([0.2914, 12.34, 1234.5].map(format.milliseconds)).toEqual(['0.291 ms', '12.3 ms', '1,235 ms'])
    expect([3.14, 0.5, 0.002].map(format.rate)).toEqual(['3.1/s', '30.0/min', '7.2/h'])
  })
})

describe('text', () => {
  it('from outside loses escape sequences, control characters and line breaks', () => {
    expect(format.oneLine('\u001b[31mred\u001b[0m\n  at x\tb\u0007\u202e')).toBe('red at x b')
  })

  it('is cut to a width', () => {
    expect([
      format.clip('abcdef', 6, '…'),
      format.clip('abcdef', 4, '…'),
      format.clipStart('abcdef', 4, '…'),
    ]).toEqual(['abcdef', 'abc…', '…def'])
    expect([format.clip('abcdef', 2, '...'), format.clipStart('abcdef', 0, '…')]).toEqual(['..', ''])
  })
})

describe('charset', () => {
  it('follows the locale in the order of POSIX', () => {
    expect(isUnicode({ LANG: 'en_US.UTF-8' })).toBe(true)
    expect(isUnicode({ LANG: 'en_US.UTF-8', LC_ALL: 'C' })).toBe(false)
    expect(isUnicode({ LC_ALL: '', LC_CTYPE: 'de_DE.utf8' })).toBe(true)
    expect(isUnicode({})).toBe(false)
    expect(isUnicode({ WT_SESSION: '1' })).toBe(true)
  })
})
