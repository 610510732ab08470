/** What a process says last before it is aborted, by V8 or by the C++ runtime. */
const lastWords = [
  /FATAL ERROR: (.+)/,
  /JavaScript heap out of memory/,
  /terminate called after throwing an instance of (.+)/,
  /Assertion .+ failed/,
]

/**
 * What a process died of, in a few words.
 * @param text the end of what it wrote to stderr
 */
export function causeOf(code: number | null, signal: NodeJS.Signals | null, text: string): string {
  if (signal === null) return `exit code ${code ?? 'unknown'}`
  if (signal === 'SIGKILL') return 'SIGKILL (by hand, or the system was out of memory)'
  for (const pattern of lastWords) {
    const found = pattern.exec(text)
    if (found !== null) return `${signal} (${found[1] ?? found[0]})`
  }
  return signal
}
