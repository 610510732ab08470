import { Box, Text } from 'ink'
import type { Row, Span, Tone } from './block.js'

/** The palette of Okabe and Ito, which the colour-blind tell apart; nothing is told by colour alone. */
const tones = {
  plain: {},
  strong: { bold: true },
  quiet: { dimColor: true },
  bad: { color: '#D55E00', bold: true },
  good: { color: '#009E73' },
  first: { color: '#56B4E9' },
  second: { color: '#CC79A7' },
  selected: { inverse: true },
} as const satisfies Record<Tone, object>

/** Rows of the screen, each on a line of its own. */
export function Rows({ rows, colors }: { readonly rows: readonly Row[]; readonly colors: boolean }) {
  return (
    <Box flexDirection="column">
      {rows.map((row, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row has no identity but its place
        <Text key={i} wrap="truncate">
          {colors ? row.map(coloured) : row.map(({ text }) => text).join('')}
        </Text>
      ))}
    </Box>
  )
}

function coloured({ text, tone = 'plain' }: Span, i: number) {
  if (tone === 'plain') return text
  return (
    <Text key={i} {...tones[tone]}>
      {text}
    </Text>
  )
}
