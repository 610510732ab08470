/** A run of characters that look alike, from a column on. */
interface Piece {
  readonly column: number
  readonly text: string
  readonly look: Look
}

interface Look {
  readonly bold: boolean
  readonly dim: boolean
  readonly inverse: boolean
  readonly color: string | null
}

const usual: Look = { bold: false, dim: false, inverse: false, color: null }
const [paper, ink] = ['#1b1b1f', '#d6d6d6']
/** Pixels of a cell. */
const [across, down] = [8, 17]

/** Rows with SGR sequences, as `tmux capture-pane -e` tells them, as a picture in which every cell has its place. */
export function ansiSvg(rows: readonly string[], columns: number): string {
  const [width, height] = [columns * across + 16, rows.length * down + 16]
  let look = usual
  const texts = rows.flatMap((row, line) => {
    const read = piecesOf(row, look)
    look = read.look
    return read.pieces.map(piece => drawn(piece, 8 + line * down))
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="100%" height="100%" rx="6" fill="${paper}"/>`,
    '<g font-family="DejaVu Sans Mono,Menlo,Consolas,monospace" font-size="13" xml:space="preserve">',
    ...texts,
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

function piecesOf(row: string, start: Look): { readonly pieces: readonly Piece[]; readonly look: Look } {
  let [look, column] = [start, 0]
  const pieces: Piece[] = []
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  for (const [token, codes] of row.matchAll(/\u001b\[([0-9;]*)m|[^\u001b]+/g)) {
    if (codes !== undefined) {
      look = lookAfter(look, codes)
      continue
    }
    // Blanks between words need not be drawn.
    for (const match of token.matchAll(look.inverse ? /.+/gu : /\S+(?: \S+)*/gu)) {
      const before = [...token.slice(0, match.index)].length
      pieces.push({ column: column + before, text: match[0], look })
    }
    column += [...token].length
  }
  return { pieces, look }
}

function lookAfter(look: Look, codes: string): Look {
  const numbers = codes.split(';').map(Number)
  let next = look
  for (let i = 0; i < numbers.length; i++) {
    const code = numbers[i]
    if (code === 0) next = usual
    else if (code === 1) next = { ...next, bold: true }
    else if (code === 2) next = { ...next, dim: true }
    else if (code === 7) next = { ...next, inverse: true }
    else if (code === 22) next = { ...next, bold: false, dim: false }
    else if (code === 27) next = { ...next, inverse: false }
    else if (code === 39) next = { ...next, color: null }
    else if (code === 38 && numbers[i + 1] === 2) {
      next = { ...next, color: `rgb(${numbers.slice(i + 2, i + 5).join(',')})` }
      i += 4
    }
  }
  return next
}

function drawn({ column, text, look }: Piece, top: number): string {
  const [x, width] = [8 + column * across, [...text].length * across]
  const color = look.inverse ? paper : (look.color ?? ink)
  const weight = look.bold ? ' font-weight="bold"' : ''
  const faint = look.dim ? ' opacity="0.65"' : ''
  const back = look.inverse
    ? `<rect x="${x}" y="${top}" width="${width}" height="${down}" fill="${ink}"/>`
    : ''
  const safe = text.replace(/[&<>]/g, character => ({ '&': '&amp;', '<': '&lt;' })[character] ?? '&gt;')
  const place = `x="${x}" y="${top + 13}" textLength="${width}" lengthAdjust="spacingAndGlyphs"`
  return `${back}<text ${place} fill="${color}"${weight}${faint}>${safe}</text>`
}
