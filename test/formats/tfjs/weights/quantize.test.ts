import { describe, expect, it } from 'vitest'
import { decodeGroup } from '../../../../src/formats/tfjs/weights/decode.js'
import { encodeWeights } from '../../../../src/formats/tfjs/weights/encode.js'
import type { Stored } from '../../../../src/formats/tfjs/weights/quantize.js'
import { fromFloat16, toFloat16 } from '../../../../src/graph/float16.js'
import { floats, floatTensor, int64Tensor } from '../../../../src/graph/tensor.js'
import type { Tensor } from '../../../../src/graph/types.js'
import { randomStream } from '../../../../src/random.js'
import { normalSamples } from '../../../fixtures/run.js'

/** The weight as it is read again, and what the manifest says of it. An odd one before it moves it off alignment. */
function roundTrip(weight: Tensor, stored: Stored) {
  const before = floatTensor([3], [0, 1, 2])
  const { specs, bytes } = encodeWeights(
    new Map([
      ['before', before],
      ['w', weight],
    ]),
    new Map<string, Stored>([
      ['before', { kind: 'integers', bits: 8 }],
      ['w', stored],
    ]),
  )
  const tensors = new Map<string, Tensor>()
  decodeGroup(specs, bytes, tensors, new Map())
  return { found: floats(tensors.get('w')!), quantization: specs[1]!.quantization!, bytes: bytes.length - 3 }
}

const random = randomStream(1, 0, 'tfjs')
const weights: readonly (readonly [string, Float32Array])[] = [
  ['of both signs', normalSamples(random, 501)],
  ['above zero', normalSamples(random, 501).map(x => Math.abs(x) + 3)],
  ['below zero', normalSamples(random, 501).map(x => -Math.abs(x) - 3)],
  ['zeros', new Float32Array(5)],
  ['one number', new Float32Array(5).fill(-0.3)],
  ['none', new Float32Array()],
]

describe.each(weights)('B12: a weight %s', (_, data) => {
  it.each([2, 4, 8, 12, 16])('is half a step away at most in %i bits, and zero stays zero', bits => {
    const { found, quantization, bytes } = roundTrip(floatTensor([data.length], data), {
      kind: 'integers',
      bits,
    })
    const largest = data.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
    const { scale = 0, min = 0 } = quantization
    data.forEach((w, i) => {
      expect(Math.abs(found[i]! - w)).toBeLessThanOrEqual(scale / 2 + largest * 2 ** -23)
      if (w === 0) expect(found[i]).toBe(0)
    })
    expect(Math.abs(Math.round(min / scale) * scale - min)).toBeLessThan(1e-9 * (1 + largest))
    expect(bytes).toBe(data.length * (bits > 8 ? 2 : 1))
  })

  it('is a part in 2,048 away at most in half precision', () => {
    const { found, bytes } = roundTrip(floatTensor([data.length], data), { kind: 'float16' })
    data.forEach((w, i) => {
      expect(Math.abs(found[i]! - w)).toBeLessThanOrEqual(Math.max(Math.abs(w) * 2 ** -11, 2 ** -25))
    })
    expect(bytes).toBe(2 * data.length)
  })
})

describe('half precision', () => {
  it('is the nearest of all numbers that it has, of two the even one', () => {
    for (let bits = 0; bits < 0x7c00; bits++) {
      const [x, next] = [fromFloat16(bits), fromFloat16(bits + 1)]
      const wrong =
        toFloat16(x) !== bits ||
        toFloat16(-x) !== (bits | 0x8000) ||
        (bits < 0x7bff && toFloat16((x + next) / 2) !== bits + (bits % 2)) ||
        (bits < 0x7bff && toFloat16(x + (next - x) * 0.49) !== bits)
      if (wrong) expect.fail(`${bits}: ${x}`)
    }
    expect([toFloat16(65519), toFloat16(65520), toFloat16(-1e9)]).toEqual([0x7bff, 0x7c00, 0xfc00])
  })

  it('refuses what it cannot hold', () => {
    const store = (x: number, stored: Stored) =>
      encodeWeights(new Map([['w', floatTensor([1], [x])]]), new Map([['w', stored]]))
    expect(() => store(1e5, { kind: 'float16' })).toThrow('weight w: too large for float16')
    expect(() => store(Number.NaN, { kind: 'integers', bits: 8 })).toThrow('weight w: not finite')
  })

  it('leaves integers as they are', () => {
    const whole = new Map<string, Tensor>([['i', { dtype: 'int32', shape: [1], data: Int32Array.of(7) }]])
    expect(encodeWeights(whole, new Map([['i', { kind: 'float16' }]])).specs[0]).toEqual({
      ...{ name: 'i', shape: [1], dtype: 'int32' },
    })
    expect(() => encodeWeights(new Map([['i', int64Tensor([1], [7])]]))).toThrow(/no weights of type int64/)
  })
})
