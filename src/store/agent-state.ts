import { decode, Encoder } from '@msgpack/msgpack'
import * as z from 'zod'
import type { AgentState } from '../../agents/agent.js'

const schema = z.object({
  numbers: z.record(z.string(), z.number()),
  arrays: z.record(z.string(), z.instanceof(Uint8Array)),
})

/** Room for the names and numbers around the arrays. */
const OVERHEAD = 1 << 14

/** An agent's state as bytes; floats keep every bit. */
export function encodeAgentState({ numbers, arrays }: AgentState): Uint8Array {
  const bytes = Object.entries(arrays).map(
    ([name, { buffer, byteOffset, byteLength }]) =>
      [name, new Uint8Array(buffer, byteOffset, byteLength)] as const,
  )
  // The state is megabytes, stored with every trial: a buffer that grows by doubling copies it over and over.
  const initialBufferSize = bytes.reduce((sum, [, { byteLength }]) => sum + byteLength, OVERHEAD)
  return new Encoder({ initialBufferSize }).encodeSharedRef({ numbers, arrays: Object.fromEntries(bytes) })
}

/** The state back. @throws Error where the bytes are not one. */
export function decodeAgentState(bytes: Uint8Array): AgentState {
  const { numbers, arrays } = schema.parse(decode(bytes))
  const floats = Object.entries(arrays).map(
    ([name, raw]) => [name, new Float32Array(new Uint8Array(raw).buffer)] as const,
  )
  return { numbers, arrays: Object.fromEntries(floats) }
}
