import type { NetworkLayer } from '../../latency/layers.js'
import { type Predictor, predictLayer, predictNetwork } from '../../latency/predictor.js'
import type { DeviceProfile } from '../../latency/profile.js'
import { milliseconds, percent, whole } from '../../ui/format.js'
import { plainTable } from '../../ui/table.js'
import { extrapolatedText } from '../search/extrapolated.js'

/** What a profile tells of a model. */
export interface Profiled {
  /** The profile's own. */
  readonly file: string
  readonly profile: DeviceProfile
  readonly predictor: Predictor
  readonly layers: readonly NetworkLayer[]
  /** Layer configurations of the model that are known. */
  readonly known: number
  /** Networks that were measured now, and the seconds that it took. */
  readonly measured: number
  readonly seconds: number
}

/** Prints the layers' times and what the predictor is worth. */
export function printProfile(p: Profiled, json: boolean): void {
  const { value } = predictNetwork(p.predictor, p.layers)
  const parts = p.layers.map(({ name, config }) => ({
    layer: name,
    config,
    ...predictLayer(p.predictor, config),
  }))
  const error = p.predictor.kind === 'fitted' ? p.predictor.error : null
  if (json) {
    const { known, measured, seconds } = p
    const { device } = p.profile
    const result = {
      profile: p.file,
      device,
      known,
      measured,
      seconds,
      predicted: value,
      error,
      layers: parts,
    }
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
    return
  }
  const table = plainTable(
    ['layer', 'operators', 'in', 'out', 'predicted', 'share'],
    ['left', 'left', 'right', 'right', 'right', 'right'],
  )
  for (const { layer, config, value: ms } of parts)
    table.push([
      layer,
      config.ops,
      whole(config.inChannels),
      whole(config.outChannels),
      milliseconds(ms),
      percent(ms / value),
    ])
  process.stdout.write(`${table.toString()}\n`)
  const beyond = parts.filter(({ basis }) => basis === 'extrapolated').map(({ layer }) => layer)
  if (beyond.length > 0) process.stdout.write(`${extrapolatedText(beyond)}\n`)
  process.stdout.write(`${p.file}: ${p.profile.device.name}, ${p.profile.device.runtime}\n`)
  process.stdout.write(
    `${whole(p.known)} layer configurations known; ${whole(p.measured)} networks measured now in ${p.seconds.toFixed(1)} s\n`,
  )
  process.stdout.write(`predicted ${milliseconds(value)}, ${errorText(error)}\n`)
}

/** How far predictions are off, in words. */
export function errorText(
  error: { readonly error: number; readonly rank: number; readonly n: number } | null,
): string {
  if (error === null) return 'with an error that is not known'
  return `with an error of ${percent(error.error)} on ${whole(error.n)} networks left out of the fit (rank correlation ${error.rank.toFixed(3)})`
}
