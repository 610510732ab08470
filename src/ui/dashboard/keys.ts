import { emitKeypressEvents } from 'node:readline'

/** What the dashboard needs of an input; `process.stdin` is one. */
export interface Input extends NodeJS.ReadableStream {
  readonly isRaw?: boolean
  setRawMode?(mode: boolean): unknown
}

const letters = ['q', 'r', 'd', 'p'] as const

export type Key = (typeof letters)[number] | 'ctrl-c'

/** Calls `onKey` for the keys the dashboard knows, without waiting for Enter, until the returned function is called. */
export function readKeys(input: Input, onKey: (key: Key) => void): () => void {
  const listen = (
    _text: string | undefined,
    key: { readonly name?: string; readonly ctrl?: boolean } | undefined,
  ) => {
    if (key?.ctrl === true && key.name === 'c') return onKey('ctrl-c')
    if (key?.ctrl === true && key.name === 'l') return onKey('r')
    const letter = key?.ctrl === true ? undefined : letters.find(name => name === key?.name)
    if (letter !== undefined) onKey(letter)
  }
  const wasRaw = input.isRaw === true
  emitKeypressEvents(input)
  input.on('keypress', listen)
  input.setRawMode?.(true)
  input.resume()
  return () => {
    input.off('keypress', listen)
    input.setRawMode?.(wasRaw)
    // Lets the process end.
    input.pause()
  }
}
