import { emitKeypressEvents } from 'node:readline'

/** What the dashboard needs of an input; `process.stdin` is one. */
export interface Input extends NodeJS.ReadableStream {
  readonly isRaw?: boolean
  setRawMode?(mode: boolean): unknown
}

const named = [
  'up',
  'down',
  'left',
  'right',
  'pageup',
  'pagedown',
  'home',
  'end',
  'tab',
  'backspace',
  'escape',
  'return',
] as const

/** A key by its name, or a printable character. */
export type Key =
  | { readonly kind: 'named'; readonly name: (typeof named)[number] | 'shift-tab' | 'ctrl-c' | 'ctrl-l' }
  | { readonly kind: 'character'; readonly character: string }

/** Calls `onKey` for every key the dashboard may know, without waiting for Enter, until the returned function is called. */
export function readKeys(input: Input, onKey: (key: Key) => void): () => void {
  const listen = (text: string | undefined, pressed: Pressed | undefined) => {
    const key = keyOf(text, pressed ?? {})
    if (key !== null) onKey(key)
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

interface Pressed {
  readonly name?: string
  readonly ctrl?: boolean
  readonly meta?: boolean
  readonly shift?: boolean
}

function keyOf(text: string | undefined, { name, ctrl, meta, shift }: Pressed): Key | null {
  if (ctrl === true) {
    if (name === 'c') return { kind: 'named', name: 'ctrl-c' }
    return name === 'l' ? { kind: 'named', name: 'ctrl-l' } : null
  }
  if (name === 'tab' && shift === true) return { kind: 'named', name: 'shift-tab' }
  const known = name === 'enter' ? 'return' : named.find(other => other === name)
  if (known !== undefined) return { kind: 'named', name: known }
  const isPrintable = text !== undefined && meta !== true && /^[^\p{Cc}\p{Cf}]$/u.test(text)
  return isPrintable ? { kind: 'character', character: text } : null
}
