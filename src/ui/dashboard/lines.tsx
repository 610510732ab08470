import { Box, Text } from 'ink'
import { clip } from '../format.js'
import type { Size } from './layout.js'
import type { Theme } from './theme.js'

/** How a line is set; nothing is told by it alone. */
export type Tone = 'plain' | 'strong' | 'quiet' | 'bad'

export interface Line {
  readonly text: string
  readonly tone?: Tone
}

/** One row that never wraps. */
export function Row({
  text,
  tone = 'plain',
  width,
  theme,
}: Line & { readonly width: number; readonly theme: Theme }) {
  const cut = clip(text, width, theme.glyphs.ellipsis)
  if (!theme.colors || tone === 'plain') return <Text wrap="truncate">{cut}</Text>
  return (
    <Text
      wrap="truncate"
      bold={tone === 'strong'}
      dimColor={tone === 'quiet'}
      {...(tone === 'bad' ? { color: 'red' } : {})}
    >
      {cut}
    </Text>
  )
}

/** Lines under a title on a rule, exactly as large as said; lines beyond that are cut off. */
export function Panel({
  title,
  lines,
  size,
  theme,
}: {
  readonly title: string
  readonly lines: readonly Line[]
  readonly size: Size
  readonly theme: Theme
}) {
  const { width, height } = size
  const { rule, ellipsis } = theme.glyphs
  const head = `${rule} ${clip(title, width - 4, ellipsis)} `
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0}>
      <Row
        text={head + rule.repeat(Math.max(0, width - [...head].length))}
        tone="strong"
        width={width}
        theme={theme}
      />
      {lines.slice(0, height - 1).map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no identity but its place
        <Row key={i} {...line} width={width} theme={theme} />
      ))}
    </Box>
  )
}
