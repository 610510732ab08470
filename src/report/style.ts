import { raw } from './html.js'
import { okabeIto } from './okabe-ito.js'

const [blue, vermilion] = okabeIto

/** How pages look: on a phone, on a dark screen and on paper. */
export const style = raw(`
:root {
  color-scheme: light dark;
  --page: #fff; --ink: #1b1f24; --faint: #57606a; --line: #d5dae0; --raised: #f4f6f8; --link: ${blue};
  font: 16px/1.5 system-ui, sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root { --page: #14171a; --ink: #e4e7ea; --faint: #a0a8b2; --line: #3a4149; --raised: #1f2429; --link: #6cb6e8 }
}
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 68rem; padding: 1rem 1.25rem 4rem; background: var(--page); color: var(--ink) }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0.5rem 0; overflow-wrap: anywhere }
h2 { font-size: 1.2rem; margin: 2.5rem 0 0.5rem; padding-top: 0.5rem; border-top: 1px solid var(--line) }
h3 { font-size: 1rem; margin: 1.5rem 0 0.5rem }
p { margin: 0.5rem 0; max-width: 46rem; overflow-wrap: anywhere }
a { color: var(--link) }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; margin: 0.75rem 0 0; padding: 0; list-style: none }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
.state { font-weight: 600 }
.faint, .note { color: var(--faint); font-size: 0.9rem }
.notice { border-left: 4px solid ${vermilion}; padding: 0.5rem 0.75rem; background: var(--raised) }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)); gap: 0.4rem 1.5rem; margin: 1rem 0 }
.facts div { display: flex; gap: 0.75rem }
.facts dt { color: var(--faint); min-width: 6rem }
.facts dd { margin: 0; overflow-wrap: anywhere }
.wide { overflow-x: auto; margin: 0.75rem 0 }
table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums }
th, td { padding: 0.25rem 0.9rem 0.25rem 0; text-align: left; border-bottom: 1px solid var(--line); font-weight: normal; vertical-align: middle }
td:last-child, th:last-child { padding-right: 0.25rem }
thead th { color: var(--faint); vertical-align: bottom }
tbody th { overflow-wrap: anywhere; min-width: 6rem }
#trial-list tbody th { min-width: 0 }
.number { text-align: right; white-space: nowrap }
.bar { display: block; width: 7rem; height: 0.6rem; background: var(--raised); border: 1px solid var(--line); print-color-adjust: exact }
.bar span { display: block; height: 100%; background: ${blue} }
.bar.second span { background: repeating-linear-gradient(135deg, ${vermilion} 0 3px, #f0a673 3px 6px) }
.bar + .bar { border-top: 0 }
.kept { white-space: nowrap }
.kept + .kept { margin-left: 0.5rem }
.met, .missed { white-space: nowrap; font-weight: 600 }
code, pre { font: 0.85rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
pre { background: var(--raised); padding: 0.75rem; overflow: auto; max-height: 24rem; white-space: pre-wrap }
details { margin: 0.5rem 0 }
summary { cursor: pointer }
figure { margin: 1.25rem 0; break-inside: avoid; min-width: 0 }
figcaption { font-weight: 600 }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 0 2rem }
.plots.small { grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)) }
.plot { width: 100%; min-height: 8rem }
.plot svg { display: block; max-width: 100% }
.plot svg .role-axis-label text, .plot svg .role-axis-title text { fill: var(--faint) }
.key { display: flex; flex-wrap: wrap; gap: 0 1rem; margin: 0.25rem 0; padding: 0; list-style: none; font-size: 0.85rem; color: var(--faint) }
.tooltip { position: fixed; z-index: 9; pointer-events: none; max-width: 20rem; padding: 0.4rem 0.6rem; font-size: 0.85rem; line-height: 1.35; overflow-wrap: anywhere; background: var(--page); border: 1px solid var(--faint); border-radius: 4px }
.tooltip[hidden] { display: none }
.tooltip span { color: var(--faint) }
.controls { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1rem; font-size: 0.9rem }
button, input, select { font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--line); border-radius: 4px; padding: 0.2rem 0.5rem; min-height: 2rem }
input { max-width: 12rem }
button { cursor: pointer }
button:disabled { opacity: 0.4; cursor: default }
.pages button { min-width: 2.5rem }
thead button { border: 0; background: none; padding: 0; color: inherit }
thead button::after { content: ' ↕'; opacity: 0.5 }
[aria-sort=ascending] button::after { content: ' ↑'; opacity: 1 }
[aria-sort=descending] button::after { content: ' ↓'; opacity: 1 }
tbody button { border: 0; background: none; padding: 0 0.25rem; min-height: 1.5rem; color: var(--link); text-decoration: underline }
td.state { font-weight: normal; min-width: 8rem; max-width: 24rem; overflow-wrap: anywhere }
td.failed::before { content: '✗ ' }
td.running::before { content: '… ' }
.decisions { columns: 16rem; margin: 0.25rem 0; padding-left: 1.25rem }
@media (max-width: 30rem) {
  body { padding: 0.5rem 0.75rem 3rem }
  table { font-size: 0.85rem }
  th, td { padding-right: 0.6rem }
  tbody th { min-width: 5rem }
  main > section:not(#trials) .number { white-space: normal }
  #paired td:not(.number), #runs td:not(.number) { min-width: 7rem }
  .bar { width: 4.5rem }
}
@media print {
  :root { --page: #fff; --ink: #000; --faint: #444; --line: #bbb; --raised: #f4f4f4; font-size: 11px; color-scheme: light }
  body { max-width: none; padding: 0 }
  nav, .controls, .tooltip { display: none !important }
  .wide { overflow: visible }
  pre { max-height: none }
  h2 { break-after: avoid }
  tr { break-inside: avoid }
  .plots { grid-template-columns: 1fr 1fr }
  .plots.small { grid-template-columns: 1fr 1fr 1fr }
  .plot { min-height: 0 }
  .plot svg { height: auto }
}
`)
