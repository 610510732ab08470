import { GraphError } from '../../graph/types.js'
import type { Order, TimeOrder, Told, ToldTimes } from './page/protocol.js'

/** What is known of the browser that opened the page. */
export interface PageFacts {
  readonly userAgent: string
  /** Whether it is cut off from other pages, so that it has fine clocks and threads. */
  readonly isolated: boolean
}

/** The talk with one page. */
export interface Dialogue {
  /** Resolves once a page is open; rejects where the dialogue ends before. */
  readonly page: Promise<PageFacts>
  /** What the page that told this is to do. */
  answer(told: Told): Promise<Order>
  /**
   * Gives the page a job; one at a time.
   * @throws GraphError where the runtime refuses a model; Error where the page is silent or the dialogue ends.
   */
  give(order: TimeOrder): Promise<readonly ToldTimes[]>
  /** Ends it: what waits fails with the reason, and so does what is given later. */
  end(reason: unknown): void
}

/** Times in ms. */
export interface Patience {
  /** How long a page with nothing to do is left without an answer. */
  readonly hold: number
  /** How long a page with a job may say nothing: longer than a run of a large model. */
  readonly silence: number
}

const PATIENCE: Patience = { hold: 15_000, silence: 180_000 }

interface Job {
  readonly order: TimeOrder
  resolve(times: readonly ToldTimes[]): void
  reject(reason: unknown): void
}

export function openDialogue({ hold, silence }: Patience = PATIENCE): Dialogue {
  let open = (_facts: PageFacts) => {}
  let fail = (_reason: unknown) => {}
  const opened = new Promise<PageFacts>((resolve, reject) => {
    open = resolve
    fail = reject
  })
  // Whoever waits for the page sees the reason; where nobody does, it is no unhandled one.
  opened.catch(() => {})
  let facts: PageFacts | null = null
  let page = ''
  let job: Job | null = null
  let ended: { readonly reason: unknown } | null = null
  /** Wakes the page that waits. */
  let wake = () => {}
  let alarm: NodeJS.Timeout | undefined

  function listen(): void {
    clearTimeout(alarm)
    if (job === null) return
    const reason = `the page has said nothing for ${silence / 1000} s: it crashed, or sleeps, or one run takes longer`
    alarm = setTimeout(() => end(new Error(reason)), silence)
  }

  function end(reason: unknown): void {
    ended ??= { reason }
    clearTimeout(alarm)
    fail(ended.reason)
    job?.reject(ended.reason)
    job = null
    wake()
  }

  /** Takes the job away from the page, if it is this one. */
  function done(number: number): Job | null {
    if (job?.order.job !== number) return null
    const finished = job
    job = null
    listen()
    return finished
  }

  async function next(): Promise<Order> {
    wake()
    if (job === null && ended === null) {
      let timer: NodeJS.Timeout | undefined
      await new Promise<void>(resolve => {
        wake = resolve
        timer = setTimeout(resolve, hold)
      })
      clearTimeout(timer)
    }
    if (ended !== null) return goodbye
    return job?.order ?? { kind: 'wait' }
  }

  async function answer(told: Told): Promise<Order> {
    if (ended !== null) return goodbye
    if (told.kind === 'failed' && told.job === null) {
      end(new Error(`the page fails: ${told.reason}`))
      return goodbye
    }
    if (told.kind === 'ready') {
      const { userAgent, isolated } = told
      if (facts !== null && (facts.userAgent !== userAgent || facts.isolated !== isolated))
        return farewell('pare measures in another browser.')
      facts = { userAgent, isolated }
      page = told.page
      open(facts)
    }
    if (told.page !== page) return farewell('This page has been opened again elsewhere.')
    listen()
    switch (told.kind) {
      case 'ready':
      case 'waiting':
        return next()
      case 'progress':
        return { kind: 'continue' }
      case 'timed':
        done(told.job)?.resolve(told.times)
        return next()
      case 'failed':
        done(told.job!)?.reject(new GraphError(`onnxruntime-web cannot run the model: ${told.reason}`))
        return next()
    }
  }

  return {
    page: opened,
    answer,
    give(order) {
      if (ended !== null) return Promise.reject(ended.reason)
      if (job !== null) return Promise.reject(new Error('the page has a job'))
      return new Promise((resolve, reject) => {
        job = { order, resolve, reject }
        listen()
        wake()
      })
    },
    end,
  }
}

const goodbye = farewell('pare is done with this page. It can be closed.')

function farewell(reason: string): Order {
  return { kind: 'end', reason }
}
