/** Whether the locale says that UTF-8 is shown; line drawing and bars are ASCII otherwise. */
export function isUnicode(env: Readonly<Record<string, string | undefined>>): boolean {
  // Windows has no locale variables; its two terminals that show UTF-8 name themselves.
  if (env.WT_SESSION !== undefined || env.TERM_PROGRAM === 'vscode') return true
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '')
}
