import { describe, expect, it } from 'vitest'
import { argumentsIn } from '../../../../src/formats/tfjs/layers-model/connections.js'

const tensor = (layer: string, output = 0) => ({
  class_name: '__keras_tensor__',
  config: { shape: [null, 4], dtype: 'float32', keras_history: [layer, 0, output] },
})
const from = (layer: string, output = 0) => ({ layer, call: 0, output })

describe('what a layer is called on', () => {
  it.each([
    ['Keras 2', [[['a', 0, 0, { value: ['b', 0, 1], name: null }]]]],
    ['Keras 3', { args: [tensor('a')], kwargs: { value: tensor('b', 1), training: false } }],
  ])('has the names that %s gives', (_, node) => {
    expect(argumentsIn(node)).toEqual([
      { name: null, value: from('a') },
      { name: 'value', value: from('b', 1) },
    ])
  })

  it.each([
    ['Keras 2', [['_CONSTANT_VALUE', -1, 3.5, { y: ['a', 0, 0] }]], 'y'],
    ['Keras 3', { args: [3.5, tensor('a')], kwargs: {} }, null],
  ])('may be a number before a value in %s', (_, node, name) => {
    expect(argumentsIn(node)).toEqual([
      { name: null, value: 3.5 },
      { name, value: from('a') },
    ])
  })

  it.each([
    ['true', { args: [tensor('a')], kwargs: { training: true } }, 'it is called with training true'],
    ['an array', { args: [tensor('a'), { class_name: '__numpy__', config: {} }] }, 'with a __numpy__'],
  ])('may not be %s', (_, node, message) => {
    expect(() => argumentsIn(node)).toThrow(message)
  })
})
