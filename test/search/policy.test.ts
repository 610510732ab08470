import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { policyHash } from '../../src/search/policy.js'

it('hashes policies of widths alone as runs of older versions did', () => {
  const old = createHash('sha256').update('[["a",8],["b",16]]').digest('hex')
  expect(policyHash({ keep: { b: 16, a: 8 } })).toBe(old)
})

it('tells apart what is decided of each kind, whatever the order', () => {
  const keep = { a: 8 }
  const hashes = [
    policyHash({ keep }),
    policyHash({ keep, weightBits: { conv: 4, gemm: 8 } }),
    policyHash({ keep, weightBits: { conv: 8, gemm: 4 } }),
    policyHash({ keep, activationBits: { conv: 4, gemm: 8 } }),
    policyHash({ keep: {}, weightBits: { a: 8 } }),
  ]
  expect(new Set(hashes).size).toBe(hashes.length)
  expect(policyHash({ weightBits: { gemm: 8, conv: 4 }, keep })).toBe(hashes[1])
})
