import type { Random } from '../../src/random.js'

/** What can happen to a file on its way: each makes other bytes of the given ones. */
export type DamageBytes = (bytes: Uint8Array, random: Random) => Uint8Array

/** Most of a model file is weights, where damage is harmless; structure stands at the ends. */
function place(length: number, random: Random): number {
  const near = Math.min(length, 400)
  const where = random.below(3)
  return where === 0
    ? random.below(length)
    : where === 1
      ? random.below(near)
      : length - 1 - random.below(near)
}

const flip: DamageBytes = (bytes, random) => {
  const copy = Uint8Array.from(bytes)
  for (let i = random.below(8); i >= 0; i--) copy[place(copy.length, random)]! ^= 1 << random.below(8)
  return copy
}

const overwrite: DamageBytes = (bytes, random) => {
  const copy = Uint8Array.from(bytes)
  const start = place(copy.length, random)
  copy.fill(random.below(2) === 0 ? 0 : 255, start, start + 1 + random.below(12))
  return copy
}

const truncate: DamageBytes = (bytes, random) => bytes.subarray(0, place(bytes.length, random))

const cut: DamageBytes = (bytes, random) => {
  const start = place(bytes.length, random)
  return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + 1 + random.below(64))])
}

const splice: DamageBytes = (bytes, random) => {
  const [to, from] = [place(bytes.length, random), place(bytes.length, random)]
  const piece = bytes.subarray(from, from + 1 + random.below(2000))
  return Buffer.concat([bytes.subarray(0, to), piece, bytes.subarray(to)])
}

/** Two files one after the other are, to the format, one message whose lists are joined. */
const twice: DamageBytes = bytes => Buffer.concat([bytes, bytes])

/** The header of a message's field that is itself a message of `length` bytes. */
function fieldHeader(field: number, length: number): number[] {
  const header = [(field << 3) | 2]
  let rest = length
  for (; rest > 127; rest >>>= 7) header.push((rest & 127) | 128)
  return [...header, rest]
}

/** Model field 7 is a graph, graph field 1 a node, node field 5 an attribute, attribute field 6 a graph again. */
const deep: DamageBytes = (bytes, random) => {
  const headers: number[][] = []
  let length = 0
  for (let level = 3 * [10, 100, 3000, 20_000][random.below(4)]!; level >= 0; level--) {
    const header = fieldHeader(level === 0 ? 7 : [6, 1, 5][level % 3]!, length)
    headers.push(header)
    length += header.length
  }
  return Buffer.concat([bytes, Uint8Array.from(headers.reverse().flat())])
}

const noise: DamageBytes = (_, random) =>
  Uint8Array.from({ length: random.below(300) }, () => random.below(256))

export const damageBytes: Readonly<Record<string, DamageBytes>> = {
  flip,
  overwrite,
  truncate,
  cut,
  splice,
  twice,
  deep,
  noise,
}
