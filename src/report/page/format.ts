import type { NumberFormat } from './page-data.js'

/** A figure as it is read; nothing where there is none. */
export function shown(value: number | null | undefined, format: NumberFormat): string {
  if (value === null || value === undefined) return ''
  switch (format) {
    case 'count':
      return value.toLocaleString('en-US', { maximumFractionDigits: 0 })
    case 'percent':
      return `${(value * 100).toFixed(2)} %`
    case 'ms':
      return value < 1000 ? `${value.toFixed(0)} ms` : `${(value / 1000).toFixed(1)} s`
    case 'significant':
      return String(Number(value.toPrecision(5)))
  }
}
