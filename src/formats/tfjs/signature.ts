import { z } from 'zod'
import type { Graph } from '../../graph/types.js'

/**
 * Where a Graph keeps what a TF.js model called its inputs and outputs, so that it goes back out with the same: pairs of a
 * signature's key and the Graph's name, in order.
 */
export const SIGNATURE_KEY = 'pare.tfjs.signature'

const pairs = z.array(z.tuple([z.string(), z.string()]))
const schema = z.object({ inputs: pairs, outputs: pairs })

export type SignatureKeys = z.infer<typeof schema>

/** The keys as a Graph's metadata hold them. */
export function signatureText(keys: SignatureKeys): string {
  return JSON.stringify(keys)
}

/** The keys that a Graph has from a TF.js model; undefined for any other, and where the names no longer fit. */
export function signatureKeysOf(graph: Graph): SignatureKeys | undefined {
  const stored = Object.hasOwn(graph.metadata, SIGNATURE_KEY) ? graph.metadata[SIGNATURE_KEY] : undefined
  const keys = schema.safeParse(stored === undefined ? undefined : json(stored)).data
  if (keys === undefined) return undefined
  const fits = (found: SignatureKeys['inputs'], infos: readonly { readonly name: string }[]) =>
    found.length === infos.length && found.every(([, name], i) => name === infos[i]?.name)
  return fits(keys.inputs, graph.inputs) && fits(keys.outputs, graph.outputs) ? keys : undefined
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
