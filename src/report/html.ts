/** Markup that is safe to put into a page. Only `html` and `raw` make it. */
export interface Html {
  readonly markup: string
}

/** What may stand in a template: text is escaped, markup is taken as it is, of a list all parts in order. */
export type HtmlPart = Html | string | number | readonly HtmlPart[]

/** A template whose texts are escaped, for elements and for attributes in double quotes. */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return {
    markup: strings.map((text, i) => text + (i < parts.length ? markupOf(parts[i]!) : '')).join(''),
  }
}

/** Markup that comes from nowhere but this program. */
export function raw(markup: string): Html {
  return { markup }
}

export const nothing: Html = { markup: '' }

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function markupOf(part: HtmlPart): string {
  if (typeof part === 'number') return String(part)
  if (typeof part === 'string') return part.replace(/[&<>"']/g, character => entities[character]!)
  return 'markup' in part ? part.markup : part.map(markupOf).join('')
}

/** JSON that can stand in a script element: nothing in it ends the element or begins a comment. */
export function inlineJson(value: unknown): Html {
  return raw(JSON.stringify(value).replace(/[<>\u2028\u2029]/g, character => unicodeEscape(character)))
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
