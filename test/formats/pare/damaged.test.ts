import { describe, expect, it } from 'vitest'
import { readPare } from '../../../src/formats/pare/read.js'
import { writePare } from '../../../src/formats/pare/write.js'
import { GraphError } from '../../../src/graph/types.js'
import { randomStream } from '../../../src/random.js'
import { loadModel } from '../../fixtures/models.js'
import { quantizable, withQuantizers } from '../quantizers.js'
import { sealed, tableRange } from './sealed.js'

const lenet = loadModel('lenet5')
const { weights } = quantizable(lenet)
const file = writePare(withQuantizers(lenet, new Map(weights.map(name => [name, 4]))), 'exact')

/** The file with some bytes written over. */
function changed(at: number, ...bytes: readonly number[]): Uint8Array {
  const copy = Uint8Array.from(file)
  copy.set(bytes, at)
  return copy
}

/** The place in the table of the entry of the first weight. */
const [entry] = tableRange(file)

describe('a .pare file', () => {
  it.each([
    [
      'that is another',
      Buffer.from('<!DOCTYPE html>'),
      'expected a .pare file, found bytes that are not one',
    ],
    ['of a newer version', changed(4, 2), /^written by a newer pare: .* version 1 or older, found 2$/],
    ['of no version', sealed(changed(4, 0)), 'version 0 with flags 0 is not known'],
    ['with unknown flags', sealed(changed(6, 2)), 'version 1 with flags 2 is not known'],
    ['with something behind it', Buffer.concat([file, Buffer.of(0)]), 'has 1 bytes behind its end'],
    ['of absurd lengths', changed(8, 255, 255, 255, 255), 'cut short'],
    ['whose weights are of another width than the table says', sealed(changed(entry + 1, 9)), /not known$/],
    ['with a coding that there is not', sealed(changed(entry, 3)), /coding 3 .* is not known/],
  ])('%s is refused', (_, bytes, message) => {
    expect(() => readPare(bytes)).toThrow(message)
  })

  it('is refused in one line wherever it is cut short or a bit of it is another', () => {
    const random = randomStream(1, 0, 'damage')
    for (let i = 0; i < 200; i++) {
      const at = i < 30 ? i : random.below(file.length)
      const bit = file[at]! ^ (1 << random.below(8))
      for (const damaged of [file.subarray(0, at), changed(at, bit)]) {
        expect(() => readPare(damaged), `byte ${at}`).toThrow(GraphError)
        expect(() => readPare(damaged)).toThrow(/^[^\n]+$/)
      }
    }
  })

  it('that is changed where bits are stored is read with other bits, or refused', () => {
    const length = new DataView(file.buffer).getUint32(entry + 4, true)
    expect(length).toBeGreaterThan(0)
    for (const bits of [0, 1, 2, 3, 5, 8, 255])
      expect(() => readPare(sealed(changed(entry + 1, bits))), `${bits} bits`).toThrow(GraphError)
  })
})
