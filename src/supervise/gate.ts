/** Lets tasks in: so many at a time, a suspect alone, none while paused. */
export interface Gate {
  /** Resolves once the task may begin; the function it gives is called at its end. @throws the signal's reason */
  enter(task: string, signal: AbortSignal): Promise<() => void>
  pause(): void
  goOn(): void
}

interface Waiting {
  readonly task: string
  readonly let: () => void
}

/**
 * @param slots tasks at a time
 * @param suspects tasks that are let in before all others, each with nothing beside it
 */
export function createGate(slots: number, suspects: Iterable<string>): Gate {
  const alone = new Set(suspects)
  const waiting: Waiting[] = []
  let running = 0
  let isPaused = false
  let isClosed = false
  let isPlanned = false

  const admit = () => {
    isPlanned = false
    while (!isPaused && !isClosed && running < slots && waiting.length > 0) {
      const suspect = waiting.findIndex(({ task }) => alone.has(task))
      if (suspect >= 0 && running > 0) return
      const [next] = waiting.splice(Math.max(0, suspect), 1)
      running++
      isClosed = suspect >= 0
      next?.let()
    }
  }
  // Whatever is asked for in the same turn is looked at together, so that a suspect is not late.
  const plan = () => {
    if (isPlanned) return
    isPlanned = true
    setImmediate(admit)
  }
  const leave = (task: string) => {
    running--
    isClosed = false
    alone.delete(task)
    plan()
  }
  return {
    enter: (task, signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted()
        const place: Waiting = {
          task,
          let() {
            signal.removeEventListener('abort', giveUp)
            resolve(() => leave(task))
          },
        }
        function giveUp(): void {
          waiting.splice(waiting.indexOf(place), 1)
          reject(signal.reason)
        }
        signal.addEventListener('abort', giveUp, { once: true })
        waiting.push(place)
        plan()
      }),
    pause() {
      isPaused = true
    },
    goOn() {
      isPaused = false
      plan()
    },
  }
}
