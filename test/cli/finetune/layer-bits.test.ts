import { expect, it } from 'vitest'
import { layerBits } from '../../../src/cli/finetune/layer-bits.js'
import { smallNet } from '../../fixtures/small-net.js'

const net = smallNet(1)

it.each<[string, Record<string, number>]>([
  ['5', { first: 5, second: 5, third: 5 }],
  ['conv=8,dense=5', { first: 8, second: 8, third: 5 }],
  ['4, second=2', { first: 4, second: 2, third: 4 }],
  ['dense=3', { third: 3 }],
])('--bits %s', (text, expected) => {
  expect(Object.fromEntries(layerBits(net, '--bits', text))).toEqual(expected)
})

it.each([
  ['9', /^--bits: expected 1 to 8, .* found 9$/],
  ['conv=8,', /found conv=8,$/],
  ['conv=0', /found conv=0$/],
  ['fourth=4', /^--bits: no layer .* fourth \(nearest: .*third/],
  ['relu1=4', /^--bits: no layer .* relu1/],
  ['__proto__=4', /^--bits: no layer .* __proto__/],
])('refuses --bits %s', (text, message) => {
  expect(() => layerBits(net, '--bits', text)).toThrow(message)
})

it('refuses bits that no layer of the model has', () => {
  const nodes = net.nodes.filter(({ op }) => op !== 'Gemm')
  expect(() => layerBits({ ...net, nodes }, '--bits', 'dense=4')).toThrow(
    '--bits dense=4: the model has no such layers',
  )
})
