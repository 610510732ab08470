import { roundHalfEven } from './round-half-even.js'

/** IEEE half precision as a number. */
export function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  return sign * (1024 + fraction) * 2 ** (exponent - 25)
}

/** The nearest IEEE half precision number, of two equally near the even one; infinite past 65,520. */
export function toFloat16(x: number): number {
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0
  const size = Math.abs(x)
  if (Number.isNaN(x)) return 0x7e00
  if (size >= 65520) return sign | 0x7c00
  // Steps are those of the number's power of two, and below the least normal one those of the least.
  const exponent = Math.max(-14, Math.floor(Math.log2(size)))
  const whole = roundHalfEven(size / 2 ** (exponent - 10))
  // A fraction that overflows runs into the exponent, as it should.
  return sign | (size === 0 ? 0 : ((exponent + 14) << 10) + whole)
}
