/** Numbers and text for people: the same in every locale, without control codes. */

import { stripVTControlCharacters } from 'node:util'

/** 1234567 as 1,234,567; rounded to a whole number. */
export function whole(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const digits = String(Math.abs(Math.round(value))).replace(/\B(?=(\d{3})+$)/g, ',')
  return value <= -0.5 ? `-${digits}` : digits
}

/** Three significant digits and an SI prefix, where there is no room for all digits: 12.8 M. */
export function short(value: number): string {
  const scale = [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const
  // 999,500 and more would round to 1000 of the smaller unit.
  const [unit, prefix] = scale.find(([size]) => Math.abs(value) >= size * 0.9995) ?? [1, '']
  return prefix === '' ? whole(value) : `${(value / unit).toPrecision(3)} ${prefix}`
}

/** A fraction as a percentage. */
export function percent(fraction: number, digits = 2): string {
  return `${(fraction * 100).toFixed(digits)} %`
}

/** What `to` is more or less than `from`, in percent of `from`, with its sign; '-' where there is no such figure. */
export function relativeChange(from: number, to: number): string {
  return from === 0 || !Number.isFinite(to / from) ? '-' : signed((to / from - 1) * 100, 1, '%')
}

/** The difference of two fractions in percentage points, with its sign. */
export function points(from: number, to: number): string {
  return signed((to - from) * 100, 2, 'pt')
}

function signed(value: number, digits: number, unit: string): string {
  const text = Math.abs(value).toFixed(digits)
  // What rounds to nothing has no sign.
  const sign = Number(text) === 0 ? '' : value < 0 ? '-' : '+'
  return `${sign}${text} ${unit}`
}

/** The first of some names, and how many there are besides. */
export function firstOf(names: readonly string[], most: number): string {
  const more = names.length - most
  return `${names.slice(0, most).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** Milliseconds, three significant digits where they are few: 0.291 ms, 12.3 ms, 1,234 ms. */
export function milliseconds(ms: number): string {
  if (ms < 10) return `${ms.toFixed(3)} ms`
  return ms < 1000 ? `${ms.toFixed(1)} ms` : `${whole(ms)} ms`
}

/** A span of time given in ms: 5 s, 3 m 04 s, 1 h 02 m, 2 d 03 h. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const two = (n: number) => String(Math.floor(n)).padStart(2, '0')
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${two(seconds % 60)} s`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${two((seconds % 3600) / 60)} m`
  return `${Math.floor(seconds / 86_400)} d ${two((seconds % 86_400) / 3600)} h`
}

/** A rate per second with the digits it deserves; a slow one per minute or hour. */
export function rate(perSecond: number): string {
  if (perSecond >= 1) return `${perSecond.toFixed(1)}/s`
  return perSecond >= 1 / 60 ? `${(perSecond * 60).toFixed(1)}/min` : `${(perSecond * 3600).toFixed(1)}/h`
}

/** Text from outside (names, paths, reasons) as one line without escape sequences and control characters. */
export function oneLine(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/\p{Cf}/gu, '')
    .trim()
}

/** Text of at most `width` characters; what is cut off at the end leaves `mark`. */
export function clip(text: string, width: number, mark: string): string {
  const characters = [...text]
  if (characters.length <= width) return text
  return characters.slice(0, Math.max(0, width - mark.length)).join('') + mark.slice(0, Math.max(0, width))
}

/** Like `clip`, for names of which the end tells most. */
export function clipStart(text: string, width: number, mark: string): string {
  const characters = [...text]
  if (characters.length <= width) return text
  const kept = Math.max(0, width - mark.length)
  return mark.slice(0, Math.max(0, width)) + characters.slice(characters.length - kept).join('')
}
