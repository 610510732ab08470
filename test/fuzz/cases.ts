import { randomStream } from '../../src/random.js'
import { onnxCase } from './onnx-case.js'
import { operatorCase } from './operator-case.js'
import { pareCase } from './pare-case.js'
import { tfjsCase } from './tfjs-case.js'

/** A damaged model: its files by their paths below its folder, and the one to load. */
export interface DamagedModel {
  /** What was done to it. */
  readonly damage: readonly string[]
  readonly main: 'model.onnx' | 'model.json' | 'model.pare'
  readonly files: ReadonlyMap<string, Uint8Array>
}

/**
 * What is damaged: `onnx` files of all kinds in all ways; `operators`, models of known operators that are given constants
 * and neighbours they cannot have; `tfjs` folders; `pare` containers, their checksums right or wrong.
 */
const families = { onnx: onnxCase, operators: operatorCase, tfjs: tfjsCase, pare: pareCase } as const

export type Family = keyof typeof families

export const familyNames: readonly Family[] = ['onnx', 'operators', 'tfjs', 'pare']

export interface FuzzCase extends DamagedModel {
  readonly name: string
}

/** The case of a number: kinds of damage in turn, one of them or several on top of each other. */
export function fuzzCase(family: Family, seed: number, number: number): FuzzCase {
  // ONNX cases have the stream that they had when they were the only ones, so that old numbers still name them.
  const random = randomStream(seed, number, family === 'onnx' ? 'fuzz' : `fuzz ${family}`)
  const model = families[family](number, random)
  return { ...model, name: `${family}, seed ${seed}, case ${number}: ${model.damage.join(', ')}` }
}
