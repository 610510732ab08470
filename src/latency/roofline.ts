import { type LayerConfig, workOf } from './layer-config.js'
import type { EnergyCosts, Roofline } from './profile.js'

/** Milliseconds of a layer: what computing or moving takes, whichever is longer (Williams et al. 2009), and the overhead. */
export function rooflineOf(
  { macsPerSecond, bytesPerSecond, overhead }: Roofline,
  config: LayerConfig,
): number {
  const { macs } = workOf(config)
  const computing = macs === 0 ? 0 : macs / atBits(macsPerSecond, config)
  return (Math.max(computing, bytesOf(config) / bytesPerSecond) + overhead) * 1e3
}

/** Millijoules of a layer. */
export function energyOf(
  { joulesPerMac, joulesPerByte, overhead }: EnergyCosts,
  config: LayerConfig,
): number {
  const { macs } = workOf(config)
  const computing = macs === 0 ? 0 : macs * atBits(joulesPerMac, config)
  return (computing + bytesOf(config) * joulesPerByte + overhead) * 1e3
}

/** Bytes that a layer reads and writes once: values at the bits that are read, weights at theirs. */
function bytesOf(config: LayerConfig): number {
  const { read, written, weights } = workOf(config)
  return ((read + written) * config.activationBits + weights * config.weightBits) / 8
}

/** The figure for the bits of the wider operand, or of the next wider that is listed; past all, of the widest. */
function atBits(
  figures: Readonly<Record<string, number>>,
  { weightBits, activationBits }: LayerConfig,
): number {
  const bits = Math.max(weightBits, activationBits)
  const listed = Object.keys(figures)
    .map(Number)
    .sort((a, b) => a - b)
  const chosen = listed.find(each => each >= bits) ?? listed.at(-1)
  return figures[String(chosen)]!
}
