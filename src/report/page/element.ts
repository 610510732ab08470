/** An element with text in it, or other elements. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  children: readonly (Node | string)[] | string = [],
  attributes: Readonly<Record<string, string>> = {},
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...(typeof children === 'string' ? [children] : children))
  return made
}
