/** Names in the order in which they tell: nearly all browsers also call themselves Chrome or Safari. */
const NAMES = ['Edg', 'OPR', 'SamsungBrowser', 'Firefox', 'FxiOS', 'Chrome', 'CriOS', 'Version'] as const

const KNOWN_AS: Readonly<Partial<Record<(typeof NAMES)[number], string>>> = {
  Edg: 'Edge',
  OPR: 'Opera',
  FxiOS: 'Firefox',
  CriOS: 'Chrome',
  Version: 'Safari',
}

/** `Chrome/156` of the user agent with which a browser presents itself. */
export function browserName(userAgent: string): string {
  for (const name of NAMES) {
    const version = new RegExp(`${name}/(\\d+)`).exec(userAgent)?.[1]
    if (version !== undefined) return `${KNOWN_AS[name] ?? name}/${version}`
  }
  return 'unknown browser'
}
