import type { Random } from '../../src/random.js'
import { ODD_NAMES, pick } from './odd.js'

/** What JSON.parse may return. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** A place in a JSON value: what holds it, and under which key. */
export interface Place {
  readonly holder: Json[] | { [key: string]: Json }
  readonly key: string
}

/** All places below a value. */
export function places(value: Json): Place[] {
  if (typeof value !== 'object' || value === null) return []
  const own = Object.keys(value).map(key => ({ holder: value, key }))
  return own.flatMap(place => [place, ...places(at(place))])
}

export function at({ holder, key }: Place): Json {
  return Reflect.get(holder, key)
}

export function put({ holder, key }: Place, value: Json): void {
  // Not by assignment, which would take __proto__ for the prototype.
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true })
}

/** Numbers that stand for sizes, axes, strides and quantisation, or for none of them. */
const NUMBERS = [
  0,
  1,
  2,
  3,
  7,
  -1,
  -2,
  0.5,
  2 ** 20,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 53,
  -(2 ** 53),
  1e308,
  1e-320,
]

/** Another value for a place, of the same type or of an odd one. */
export function oddValue(before: Json, random: Random): Json {
  if (random.below(2) === 0) {
    if (typeof before === 'number') return pick(NUMBERS, random)!
    if (typeof before === 'string' && /^-?\d+$/.test(before)) return String(pick(NUMBERS, random))
    if (typeof before === 'boolean') return !before
    if (Array.isArray(before)) return random.below(2) === 0 ? [...before].reverse() : [...before, ...before]
  }
  const odd: Json[] = [
    null,
    true,
    -1,
    2 ** 31,
    '',
    'NaN',
    '12',
    [],
    {},
    [[]],
    [null],
    { __proto__: null, x: 1 },
    ...ODD_NAMES,
  ]
  return pick([...odd, ...NUMBERS], random)!
}

/** Lists or maps within each other. */
export function nested(depth: number, random: Random): string {
  return random.below(2) === 0
    ? '['.repeat(depth) + ']'.repeat(depth)
    : `${'{"a":'.repeat(depth)}0${'}'.repeat(depth)}`
}
