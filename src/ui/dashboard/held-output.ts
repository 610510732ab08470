type Write = NodeJS.WriteStream['write']

/** What can be held back: a stream with a replaceable `write`. */
export interface Holdable {
  write: Write
}

/** Bytes kept at most; a flood of warnings must not fill the memory. */
const MOST = 1_000_000

/**
 * Holds back what is written to `stream`, so that a warning of a library does not break the screen, until the returned
 * function is called, which writes all of it at once; of very much, the newest part.
 * @param onText told of it meanwhile
 */
export function holdOutput(stream: Holdable, onText: (text: string) => void = () => {}): () => void {
  const original = stream.write
  const held: Uint8Array[] = []
  let size = 0
  const hold: Write = (
    chunk: string | Uint8Array,
    second?: BufferEncoding | ((error?: Error | null) => void),
    third?: (error?: Error | null) => void,
  ) => {
    const bytes =
      typeof chunk === 'string' ? Buffer.from(chunk, typeof second === 'string' ? second : 'utf8') : chunk
    held.push(bytes)
    size += bytes.length
    while (size > MOST) size -= held.shift()?.length ?? size
    onText(Buffer.from(bytes).toString())
    const done = typeof second === 'function' ? second : third
    if (done !== undefined) process.nextTick(done)
    return true
  }
  stream.write = hold
  return () => {
    if (stream.write !== hold) return
    stream.write = original
    if (held.length > 0) stream.write(Buffer.concat(held))
  }
}
