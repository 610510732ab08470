import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What other processes ask of the one that works on a run; no request is that it goes on. */
export const requests = ['stop', 'pause'] as const

export type Request = (typeof requests)[number]

/** How often a job looks, ms. A file works without signals, on every system, and outlives a job that dies. */
const POLL = 200

function controlFile(folder: string): string {
  return join(folder, 'control')
}

/** Leaves a request for the process that works on a run, or takes it back (null). @param folder the run's */
export function leaveRequest(folder: string, request: Request | null): void {
  const file = controlFile(folder)
  if (request === null) {
    rmSync(file, { force: true })
    return
  }
  writeFileSync(`${file}.tmp`, request)
  renameSync(`${file}.tmp`, file)
}

/** The request that a run's folder holds. */
export function requestIn(folder: string): Request | null {
  try {
    const text = readFileSync(controlFile(folder), 'utf8')
    return requests.find(request => request === text.trim()) ?? null
  } catch {
    return null
  }
}

/** Calls `onChange` with each new request, null where it was taken back, until the returned function is called. */
export function watchRequests(folder: string, onChange: (request: Request | null) => void): () => void {
  let last: Request | null = null
  const look = () => {
    const request = requestIn(folder)
    if (request === last) return
    last = request
    onChange(request)
  }
  look()
  const timer = setInterval(look, POLL)
  return () => clearInterval(timer)
}
