import { expect, it } from 'vitest'
import { html, inlineJson, nothing, raw } from '../../src/report/html.js'

const hostile = `</script><img src=x onerror="alert('1')">&amp;`

it('escapes text in elements and attributes, and nothing that is markup already', () => {
  const inner = html`<b title="${hostile}">${hostile}</b>`
  const escaped = '&lt;/script&gt;&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;'
  expect(inner.markup).toBe(`<b title="${escaped}">${escaped}</b>`)
  expect(html`<p>${inner}${nothing}${raw('<br>')}</p>`.markup).toBe(`<p>${inner.markup}<br></p>`)
})

it('joins lists and shows numbers', () => {
  expect(html`${[1, 'a<', [html`<i>${2}</i>`]]}`.markup).toBe('1a&lt;<i>2</i>')
})

it('writes JSON that reads as the same and holds no markup', () => {
  const value = { [hostile]: [hostile, '<!--', '\u2028\u2029', 1.5, null] }
  const { markup } = inlineJson(value)
  expect(markup).not.toMatch(/[<>\u2028\u2029]/)
  expect(JSON.parse(markup)).toEqual(value)
})
