/** Bytes of a whole number in a message, seven bits each; never fewer for a larger one, of any size in between too. */
export function varintBytes(value: number): number {
  let bytes = 1
  for (let rest = value; rest >= 128; rest /= 128) bytes++
  return bytes
}

/** Bytes of a field, of a number below 16, that holds `length` bytes: a text, data or a message. */
export function fieldBytes(length: number): number {
  return 1 + varintBytes(length) + length
}

/** Bytes of a field that holds a text. */
export function textBytes(text: string): number {
  return fieldBytes(Buffer.byteLength(text))
}
