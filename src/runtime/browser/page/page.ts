/** Shows what the worker does. */
import type { Shown } from './worker.js'

const said = document.querySelector('#said')!
const bar = document.querySelector('progress')!
const share = document.querySelector('#share')!
const about = document.querySelector('#about')!

about.textContent = crossOriginIsolated
  ? navigator.userAgent
  : `${navigator.userAgent}. Not isolated from other pages: its clock is coarse and it has one thread.`

// A phone that goes dark stops the page.
navigator.wakeLock?.request('screen').catch(() => {})

const worker = new Worker('page/worker.js', { type: 'module' })
worker.addEventListener('message', ({ data }: MessageEvent<Shown>) => {
  said.textContent = data.text
  bar.hidden = data.share === null
  bar.value = data.share ?? 0
  share.textContent = data.share === null ? '' : `${Math.round(data.share * 100)} %`
})
worker.addEventListener('error', ({ message }) => {
  const reason = message || 'its scripts cannot be loaded'
  said.textContent = `The page has failed: ${reason}`
  const told = { page: 'none', kind: 'failed', job: null, reason }
  fetch('tell', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(told),
  })
})
