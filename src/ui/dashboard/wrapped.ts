import { columnsOf } from './block.js'

/** Text as lines of at most `width` columns, broken at spaces where it can be. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/(?<= )/)) {
    let rest = word
    if (line !== '' && columnsOf(line + rest.trimEnd()) > width) {
      lines.push(line.trimEnd())
      line = ''
    }
    while (columnsOf(line + rest.trimEnd()) > width) {
      const room = Math.max(1, width - columnsOf(line))
      lines.push(line + [...rest].slice(0, room).join(''))
      rest = [...rest].slice(room).join('')
      line = ''
    }
    line += rest
  }
  return [...lines, line.trimEnd()]
}
