import { Box, Text } from 'ink'
import type { ReactNode } from 'react'

/** A titled block of lines. */
export function Panel({
  title,
  width,
  children,
}: {
  readonly title: string
  readonly width: number
  readonly children: ReactNode
}) {
  return (
    <Box flexDirection="column" width={width} paddingRight={1} flexShrink={0}>
      <Text bold underline>
        {title}
      </Text>
      {children}
    </Box>
  )
}

/** A line that never wraps. */
export function Line({ children, dim = false }: { readonly children: string; readonly dim?: boolean }) {
  return (
    <Text wrap="truncate" dimColor={dim}>
      {children}
    </Text>
  )
}
