/** Measures in a worker, so that neither drawing nor the page's own work comes between. */
import { measure } from './measure.js'
import type { Order, TimeOrder, Told } from './protocol.js'
import { root } from './root.js'

/** What the page shows. */
export interface Shown {
  readonly text: string
  /** The share of the job that is done; null where there is none. */
  readonly share: number | null
}

/** Told what is done so often, in ms. */
const EVERY = 500

const page = crypto.randomUUID()

function show(text: string, share: number | null = null): void {
  const shown: Shown = { text, share }
  self.postMessage(shown)
}

/** What is told, without the name of the page. */
type Without<T> = T extends unknown ? Omit<T, 'page'> : never

async function tell(told: Without<Told>): Promise<Order> {
  const response = await fetch(new URL('tell', root), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ page, ...told }),
  })
  if (!response.ok) throw new Error(`pare answers ${response.status}`)
  return response.json()
}

/** Thrown where pare ends the job. */
class Ended extends Error {}

async function carryOut(order: TimeOrder): Promise<Order> {
  const { job, runs, models } = order
  const many = `${models.length} model${models.length === 1 ? '' : 's'}`
  const text = `Timing ${many}, ${runs} runs each, on ${order.threads === 1 ? 'one thread' : `${order.threads} threads`}.`
  show(text, 0)
  let last = performance.now()
  try {
    const times = await measure(order, async share => {
      if (performance.now() - last < EVERY) return
      show(text, share)
      const answer = await tell({ kind: 'progress', job })
      if (answer.kind === 'end') throw new Ended(answer.reason)
      last = performance.now()
    })
    return await tell({ kind: 'timed', job, times })
  } catch (error) {
    if (error instanceof Ended) return { kind: 'end', reason: error.message }
    return await tell({ kind: 'failed', job, reason: messageOf(error) })
  }
}

async function follow(): Promise<string> {
  let order = await tell({ kind: 'ready', userAgent: navigator.userAgent, isolated: crossOriginIsolated })
  for (;;) {
    switch (order.kind) {
      case 'wait':
      case 'continue':
        show('Waiting for pare to send a model.')
        order = await tell({ kind: 'waiting' })
        break
      case 'time':
        order = await carryOut(order)
        break
      case 'end':
        return order.reason
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

try {
  show(await follow())
} catch (error) {
  show(`pare does not answer any more: ${messageOf(error)}`)
  // What it did not understand it may still hear of.
  await tell({ kind: 'failed', job: null, reason: messageOf(error) }).catch(() => {})
}
