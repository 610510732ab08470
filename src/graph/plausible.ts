import { elementCount } from './tensor.js'
import { GraphError } from './types.js'

/** No operator that a runtime has takes more, and what counts positions axis by axis would not come to an end. */
const MOST_AXES = 64

/** No value of a network that runs has more elements, and no array could hold one that had. */
const MOST_ELEMENTS = 2 ** 31 - 1

/** @throws GraphError naming `what` for sizes that no value can have. */
export function assertPlausible(shape: readonly number[], what: string): void {
  if (shape.length > MOST_AXES)
    throw new GraphError(`${what}: expected at most ${MOST_AXES} axes, found ${shape.length}`)
  const wrong = shape.some(size => !(Number.isSafeInteger(size) && size >= 0))
  if (wrong || elementCount(shape) > MOST_ELEMENTS)
    throw new GraphError(`${what}: [${shape}] is not a shape that a value can have`)
}
