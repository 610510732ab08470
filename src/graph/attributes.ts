import { type Attribute, GraphError, type Node } from './types.js'

function wrong(node: Node, name: string, expected: string, found: Attribute): GraphError {
  return new GraphError(
    `node ${node.id} (${node.op}): attribute ${name} should be ${expected}, found ${found.kind}`,
  )
}

/** An integer attribute, or `fallback` where the node leaves it out. @throws GraphError if it has another kind. */
export function intAttribute(node: Node, name: string, fallback: number): number {
  const found = node.attributes[name]
  if (found === undefined) return fallback
  if (found.kind !== 'int') throw wrong(node, name, 'an int', found)
  return found.value
}

/** A list of integers, or `fallback` where the node leaves it out. @throws GraphError if it has another kind. */
export function intsAttribute(node: Node, name: string, fallback: readonly number[]): readonly number[] {
  const found = node.attributes[name]
  if (found === undefined) return fallback
  if (found.kind !== 'ints') throw wrong(node, name, 'a list of ints', found)
  return found.value
}

/** A float attribute, or `fallback` where the node leaves it out. @throws GraphError if it has another kind. */
export function floatAttribute(node: Node, name: string, fallback: number): number {
  const found = node.attributes[name]
  if (found === undefined) return fallback
  if (found.kind !== 'float') throw wrong(node, name, 'a float', found)
  return found.value
}

/** A string attribute, or `fallback` where the node leaves it out. @throws GraphError if it has another kind. */
export function stringAttribute(node: Node, name: string, fallback: string): string {
  const found = node.attributes[name]
  if (found === undefined) return fallback
  if (found.kind !== 'string') throw wrong(node, name, 'a string', found)
  return found.value
}

/** A list of floats, or `fallback` where the node leaves it out. @throws GraphError if it has another kind. */
export function floatsAttribute(node: Node, name: string, fallback: readonly number[]): readonly number[] {
  const found = node.attributes[name]
  if (found === undefined) return fallback
  if (found.kind !== 'floats') throw wrong(node, name, 'a list of floats', found)
  return found.value
}

/** A list of strings, or `fallback` where the node leaves it out. @throws GraphError if it has another kind. */
export function stringsAttribute(node: Node, name: string, fallback: readonly string[]): readonly string[] {
  const found = node.attributes[name]
  if (found === undefined) return fallback
  if (found.kind !== 'strings') throw wrong(node, name, 'a list of strings', found)
  return found.value
}
