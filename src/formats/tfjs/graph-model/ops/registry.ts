import { input, type Operator } from '../call.js'
import { convolutions } from './convolution.js'
import { elementwise } from './elementwise.js'
import { layout } from './layout.js'
import { linear } from './linear.js'
import { shapeArithmetic } from './sizes.js'

const same: Operator = call => input(call, 0)

const operators: Readonly<Record<string, Operator>> = {
  ...convolutions,
  ...elementwise,
  ...layout,
  ...linear,
  ...shapeArithmetic,
  Identity: same,
  IdentityN: call => call.inputs,
  Snapshot: same,
  StopGradient: same,
  PreventGradient: same,
  EnsureShape: same,
}

/** What pare knows of an operator of TensorFlow; undefined for one it does not understand. */
export function operatorOf(op: string): Operator | undefined {
  return Object.hasOwn(operators, op) ? operators[op] : undefined
}
