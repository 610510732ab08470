import { describe, expect, it } from 'vitest'
import { parseMeasurements } from '../../../src/cli/profile/csv.js'
import { configKey } from '../../../src/latency/layer-config.js'
import { networkLayers } from '../../../src/latency/layers.js'
import { loadModel, type ModelName } from '../../fixtures/models.js'

const read = (...lines: string[]) => parseMeasurements(lines.join('\n'), 'phone.csv')
const layerOf = (net: ModelName, name: string) =>
  networkLayers(loadModel(net)).find(layer => layer.nodes.includes(name))!

describe('a CSV of measurements', () => {
  // What a user writes down of a layer is the configuration that pare finds in the network itself.
  it.each([
    ['lenet5', '/0/Conv', 'Conv+Relu,,1,20,5,28,,,576'],
    ['lenet5', '/2/MaxPool', 'MaxPool,other,20,20,2,24,2,,'],
    ['lenet5', '/7/Gemm', 'Gemm+Relu,dense,800,500,,,,,'],
    ['resnet14', '/5/body/body.0/Conv', 'Conv+Relu,conv,16,32,3x3,28x28,2,1,'],
  ] as const)('names a layer of %s as the network has it: %s', (net, name, row) => {
    const [measured] = read('op,kind,in,out,kernel,size,stride,groups,out_positions,time', `${row},1`)
    expect(configKey(measured!.config)).toBe(configKey(layerOf(net, name).config))
  })

  it('may have any order, other separators, capitals, empty cells, a byte order mark and columns for people', () => {
    const [measured] = read(
      '\ufeffName; Time; P10; P90; N; Out; In; Kind; Kernel; Size; Stride; Weight_Bits; Activation_Bits; Note',
      '',
      'first; 1.5e-1; .1; ; 40; 32; 32; depthwise; 3; 113x9; 2; 4; 8; "warm; twice"',
    )
    expect(measured).toEqual({
      config: {
        ops: 'Conv',
        kind: 'depthwise',
        inChannels: 32,
        outChannels: 32,
        groups: 32,
        inPositions: 113 * 9,
        outPositions: 57 * 5,
        taps: 9,
        macsPerPair: 9 * 57 * 5,
        weightBits: 4,
        activationBits: 8,
      },
      time: { median: 0.15, p10: 0.1, p90: 0.15, n: 40 },
    })
  })

  const header = 'op,kind,in,out,groups,kernel,size,stride,out_positions,weight_bits,time,p10'
  it.each([
    ['a time that is none', 'Conv,,3,8,,3,32,,,,fast,', 'time: expected a number above 0, found "fast"'],
    ['no time', 'Conv,,3,8,,3,32,,,,,', 'time: expected a figure, found none'],
    ['a time of 0', 'Conv,,3,8,,3,32,,,,0,', 'time: expected a number above 0, found "0"'],
    ['half a channel', 'Conv,,3.5,8,,3,32,,,,1,', 'in: expected a whole number above 0, found "3.5"'],
    ['a kernel in words', 'Conv,,3,8,,big,32,,,,1,', 'kernel: expected sizes such as 3 or 3x5, found "big"'],
    [
      'no sizes',
      'Conv,,3,8,,3,,,,,1,',
      'size: expected the height and width that are read, or in_positions, found none',
    ],
    [
      'groups that do not fit',
      'Conv,,3,8,2,3,32,,,,1,',
      'groups: expected a divisor of in and out, found "2"',
    ],
    [
      'another kind than it is',
      'Conv,dense,3,8,,3,32,,,,1,',
      'kind: expected conv for Conv with these groups and taps, found "dense"',
    ],
    [
      'no operator',
      ',other,3,8,,3,32,,,,1,',
      'op: expected an operator such as Conv, or a kind other than "other", found none',
    ],
    ['65 bits', 'Conv,,3,8,,3,32,,,65,1,', 'weight_bits: expected bits from 1 to 64, found "65"'],
    ['percentiles out of order', 'Conv,,3,8,,3,32,,,,1,2', 'p10: expected at most the time, 1, found "2"'],
  ])('is refused with file, line and column for %s', (_, row, problem) => {
    expect(() => read(header, 'Conv,,3,8,,3,32,,,,1,', row)).toThrow(`phone.csv: line 3: ${problem}`)
  })

  it.each([
    [
      'an unknown column',
      ['op,in,out,size,tme', 'Conv,3,8,32,1'],
      /line 1: there is no column tme \(nearest: time,/,
    ],
    ['a column twice', ['op,in,in,time', 'Gemm,3,3,1'], /line 1: expected each column once, found in twice/],
    ['a name of every object', ['op,in,out,__proto__', 'Gemm,3,3,1'], /there is no column __proto__/],
    ['no rows', ['op,in,out,time'], /expected measurements below a header, found none/],
    ['nothing', [], /expected measurements below a header, found none/],
    [
      'a cut line',
      ['op,in,out,time', 'Gemm,3,3,1', 'Gemm,3'],
      /expected CSV, found otherwise \(.*line 3.*\)/,
    ],
    ['an open quote', ['op,in,out,time', '"Gemm,3,3,1'], /expected CSV, found otherwise \(.*\)/],
  ])('is refused in one line for %s', (_, lines, problem) => {
    expect(() => read(...lines)).toThrow(problem)
    expect(() => read(...lines)).toThrow(/^phone\.csv: .*$/)
  })
})
