import { describe, expect, it } from 'vitest'
import {
  aligned,
  beside,
  clip,
  clipRow,
  clipStart,
  columnsOf,
  panel,
  row,
} from '../../../src/ui/dashboard/block.js'
import { canvas } from '../../../src/ui/dashboard/canvas.js'
import { ascii, sparkline, unicode } from '../../../src/ui/dashboard/theme.js'
import { wrapped } from '../../../src/ui/dashboard/wrapped.js'

const theme = { glyphs: unicode, colors: false }
const inAscii = { glyphs: ascii, colors: false }
const texts = (rows: readonly (readonly { readonly text: string }[])[]) =>
  rows.map(spans => spans.map(({ text }) => text).join(''))

describe('text', () => {
  it('is cut to columns, wide characters counted as two', () => {
    expect(clip('abcdef', 4, theme)).toBe('abc…')
    expect(clip('abcdef', 4, inAscii)).toBe('a...')
    expect(clip('名前とても', 6, theme)).toBe('名前…')
    expect(clipStart('/features/conv', 6, theme)).toBe('…/conv')
    expect(columnsOf(clipStart('名前とても', 6, theme))).toBeLessThanOrEqual(6)
    expect(clip('abc', 0, theme)).toBe('')
  })

  it('is wrapped at spaces, and words that are too long where they end', () => {
    expect(wrapped('one two three', 7)).toEqual(['one two', 'three'])
    expect(wrapped('abcdefghij k', 4)).toEqual(['abcd', 'efgh', 'ij k'])
    expect(wrapped('', 4)).toEqual([''])
  })
})

describe('blocks', () => {
  it('stand beside each other', () => {
    expect(texts(beside([row('ab'), row('c')], [row('x'), row('y'), row('z')], 4))).toEqual([
      'ab  x',
      'c   y',
      '    z',
    ])
  })

  it('have a title and exactly the size they are given', () => {
    const block = panel('title', [row('first'), row('second'), row('third')], { width: 12, height: 3 }, theme)
    expect(texts(block)).toEqual(['─ title ────', 'first', 'second'])
    expect(panel('t', [], { width: 12, height: 3 }, theme)).toHaveLength(3)
  })

  it('have rows cut across their spans', () => {
    expect(clipRow([{ text: 'abc' }, { text: 'def', tone: 'bad' }, { text: 'g' }], 5, theme)).toEqual([
      { text: 'abc' },
      { text: 'd…', tone: 'bad' },
    ])
  })

  it('have columns that line up', () => {
    expect(aligned([['a', '1'], ['bb', '22'], ['c']], ['left', 'right'])).toEqual(['a    1', 'bb  22', 'c'])
  })
})

describe('charts', () => {
  it('have eight dots a cell in braille, one in ASCII', () => {
    const field = canvas(2, 1, theme)
    field.dot(0, 0)
    field.dot(0, 1)
    field.dot(1, 1)
    // Dots 1 and 7 of the first cell, dot 4 of the second.
    expect(field.rows()).toEqual([String.fromCodePoint(0x2841, 0x2808)])
    const plain = canvas(3, 2, inAscii)
    plain.dot(0, 0)
    plain.dot(1, 1)
    expect(plain.rows()).toEqual(['  .', '.  '])
  })

  it('of one line go from the lowest to the highest level', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8, theme)).toBe('▁▂▃▄▅▆▇█')
    expect(sparkline([0, 0, 7, 7], 2, inAscii)).toBe('_#')
    expect(sparkline([], 5, theme)).toBe('')
    expect(sparkline([3, 3], 5, theme)).toBe('▄▄')
  })
})
