import { createHash } from 'node:crypto'
import { type Html, html, inlineJson, raw } from './html.js'
import type { PageData } from './page/page-data.js'
import { style } from './style.js'

/** A page that needs nothing but itself. */
export interface PageContent {
  readonly title: string
  readonly body: Html
  readonly data: PageData
  /** The page's script, which must not hold the end of a script element. */
  readonly script: string
}

/**
 * The page as a file. Its policy lets the one script run and nothing else: no other script, no text as a program, no
 * request anywhere.
 * @throws Error where the script would end its element
 */
export function pageDocument({ title, body, data, script }: PageContent): string {
  if (/<\/script|<!--/i.test(script)) throw new Error("the page's script holds markup that would end it")
  const hash = createHash('sha256').update(script).digest('base64')
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${hash}'`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
${body}
<noscript><p class="notice">${data.trials === null ? 'Plots need JavaScript; all tables are here.' : 'Plots and the list of trials need JavaScript; all other tables are here.'}</p></noscript>
<script type="application/json" id="data">${inlineJson(data)}</script>
<script>${raw(script)}</script>
</body>
</html>
`.markup
}
