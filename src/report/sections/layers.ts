import { percent, short } from '../../ui/format.js'
import { type Html, type HtmlPart, html, nothing } from '../html.js'
import type { ReportedLayer, RunReport } from '../run/run-report.js'
import { bar, number, type TableColumn, tableOf, text } from './table.js'

/** Bits of what is not quantised. */
const FLOAT = 32

/** What each layer costs, in the original and in the result. */
export function layersSection({ layers, result }: RunReport): Html {
  if (layers.length === 0) return nothing
  const hasResult = layers.some(({ macs }) => macs.result !== null)
  const hasBits = layers.some(({ bits }) => bits !== null && Math.min(bits.weights, bits.activations) < FLOAT)
  const hasRanks = layers.some(({ rank }) => rank.result !== null)
  const total = (layerOf: (layer: ReportedLayer) => number | null) =>
    layers.reduce((sum, layer) => sum + (layerOf(layer) ?? 0), 0)
  const before = total(({ macs }) => macs.original)
  const now = total(({ macs }) => macs.result)
  const columns: readonly TableColumn[] = [
    text('layer'),
    number('MACs'),
    ...(hasResult
      ? [number('now'), number('share'), number('share now'), text('')]
      : [number('share'), text('')]),
    number('parameters'),
    ...(hasResult ? [number('now')] : []),
    ...(hasRanks ? [number('full rank'), number('now')] : []),
    ...(hasBits ? [number('bits of weights'), number('bits of values')] : []),
  ]
  const rows = layers.map(({ name, macs, params, bits, rank }): readonly HtmlPart[] => {
    const [share, shareNow] = [(macs.original ?? 0) / before, (macs.result ?? 0) / now]
    const bars = hasResult ? html`${bar(share)}${bar(shareNow, 'second')}` : bar(share)
    return [
      name,
      count(macs.original),
      ...(hasResult
        ? [count(macs.result), shareText(macs.original, share), shareText(macs.result, shareNow), bars]
        : [shareText(macs.original, share), bars]),
      count(params.original),
      ...(hasResult ? [count(params.result)] : []),
      ...(hasRanks ? [count(rank.original), rankText(rank, macs)] : []),
      ...(hasBits ? [bitsText(bits?.weights), bitsText(bits?.activations)] : []),
    ]
  })
  return html`<section id="layers"><h2>Layers</h2>
<p>Multiply-accumulates for one sample and parameters of each layer${
    hasResult
      ? `, in the original and in the model of trial ${result?.trial ?? ''}. The upper bar is the share in the original, the lower one that in the result${hasRanks ? '. A layer that was split at a rank counts with all that it became' : ''}`
      : ' of the original'
  }.</p>
${tableOf('Cost of the layers', columns, rows)}</section>`
}

function count(value: number | null): string {
  return value === null ? '-' : short(value)
}

function shareText(value: number | null, share: number): string {
  return value === null ? '-' : percent(share, 1)
}

function rankText(rank: ReportedLayer['rank'], macs: ReportedLayer['macs']): string {
  if (rank.result !== null) return count(rank.result)
  return rank.original === null || macs.result === null ? '-' : 'whole'
}

function bitsText(bits: number | undefined): string {
  return bits === undefined ? '-' : bits >= FLOAT ? 'float' : String(bits)
}
