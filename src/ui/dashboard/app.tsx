import { Box, Text } from 'ink'
import type { RunView } from '../view.js'
import { Comparison } from './comparison.js'
import { Finalists } from './finalists.js'
import { Footer, type Role } from './footer.js'
import { Header } from './header.js'
import { Layers } from './layers.js'
import { type Layout, layoutOf, minimum, type Size } from './layout.js'
import { Progress } from './progress.js'
import { RewardCurve } from './reward-curve.js'
import type { Theme } from './theme.js'
import { Trials } from './trials.js'
import { Workers } from './workers.js'

/** All that a frame depends on. */
export interface AppProps {
  readonly view: RunView
  /** Of the terminal. */
  readonly size: Size
  readonly role: Role
  readonly stopping: boolean
  readonly theme: Theme
}

/** The whole screen: at most as wide as the terminal and one row less high. */
export function App({ view, size, role, stopping, theme }: AppProps) {
  const { width, height } = size
  if (width < minimum.width || height < minimum.height) {
    const text = `pare needs at least ${minimum.width}x${minimum.height}, this is ${width}x${height}; q stops`
    return <Text wrap="truncate">{text}</Text>
  }
  const layout = layoutOf(size, {
    // Test accuracy and latency are known of the chosen model only.
    facts: view.chosen === null ? 4 : 6,
    groups: view.run?.groups.length ?? 0,
    workers: view.workers.length,
    finalists: view.finalists.length,
  })
  return (
    <Box flexDirection="column" width={width} height={height - 1} flexShrink={0}>
      <Header view={view} width={width} theme={theme} />
      <Progress view={view} width={width} theme={theme} />
      {layout.kind === 'wide' ? (
        <Wide layout={layout} view={view} theme={theme} />
      ) : (
        <Narrow layout={layout} view={view} theme={theme} />
      )}
      <Footer view={view} role={role} stopping={stopping} width={width} theme={theme} />
    </Box>
  )
}

interface PartsProps {
  readonly layout: Layout
  readonly view: RunView
  readonly theme: Theme
}

function Narrow({ layout, view, theme }: PartsProps) {
  return (
    <>
      <Comparison view={view} size={layout.comparison} theme={theme} />
      {layout.curve === null ? null : (
        <Box justifyContent="space-between" flexShrink={0}>
          <RewardCurve curve={view.curve} size={layout.curve} theme={theme} />
          {layout.layers === null ? null : <Layers view={view} size={layout.layers} theme={theme} />}
        </Box>
      )}
      {layout.finalists === null ? null : <Finalists view={view} size={layout.finalists} theme={theme} />}
      {layout.trials === null ? null : <Trials view={view} size={layout.trials} theme={theme} />}
    </>
  )
}

function Wide({ layout, view, theme }: PartsProps) {
  return (
    <>
      <Box justifyContent="space-between" flexShrink={0}>
        <Box flexDirection="column">
          <Comparison view={view} size={layout.comparison} theme={theme} />
          {layout.curve === null ? null : (
            <RewardCurve curve={view.curve} size={layout.curve} theme={theme} />
          )}
        </Box>
        <Box flexDirection="column">
          {layout.layers === null ? null : <Layers view={view} size={layout.layers} theme={theme} />}
          {layout.finalists === null ? null : <Finalists view={view} size={layout.finalists} theme={theme} />}
          {layout.workers === null ? null : <Workers view={view} size={layout.workers} theme={theme} />}
        </Box>
      </Box>
      {layout.trials === null ? null : <Trials view={view} size={layout.trials} theme={theme} />}
    </>
  )
}
