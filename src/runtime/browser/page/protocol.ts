/**
 * What the page and pare say to each other, as JSON: the page tells something, the answer is what it is to do next. So one
 * kind of request carries all, and a page that has nothing to do is simply answered late.
 */

/** What a page tells. `page` is a name that it drew for itself, so that a reload is noticed. */
export type Told = { readonly page: string } & (
  | { readonly kind: 'ready'; readonly userAgent: string; readonly isolated: boolean }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'progress'; readonly job: number }
  | { readonly kind: 'timed'; readonly job: number; readonly times: readonly ToldTimes[] }
  /** The job cannot be done, or, where there is none, nothing can. */
  | { readonly kind: 'failed'; readonly job: number | null; readonly reason: string }
)

/** Of one model: milliseconds of each run, and of each profiled run its kernels. */
export interface ToldTimes {
  readonly ms: readonly number[]
  readonly kernels: readonly (readonly ToldKernel[])[]
}

export interface ToldKernel {
  readonly name: string
  readonly op: string
  readonly us: number
}

/** What a page is to do. Addresses are relative to that of the page. */
export type Order =
  /** Nothing yet: ask again. */
  | { readonly kind: 'wait' }
  /** Go on with the job. */
  | { readonly kind: 'continue' }
  | TimeOrder
  | { readonly kind: 'end'; readonly reason: string }

export interface TimeOrder {
  readonly kind: 'time'
  readonly job: number
  readonly runs: number
  readonly threads: number
  readonly models: readonly OrderedModel[]
}

export interface OrderedModel {
  readonly url: string
  readonly kernels: boolean
  readonly feeds: readonly {
    readonly name: string
    readonly shape: readonly number[]
    readonly url: string
  }[]
}
