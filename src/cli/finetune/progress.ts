import { isBetter, type Progress } from '../../train/finetune.js'
import type { Generation } from '../../train/generations.js'
import { duration, percent, whole } from '../../ui/format.js'

/** Where progress goes: lines that stay, and perhaps one that is written over. */
export interface ProgressLines {
  /** A step is done. */
  stepped(progress: Progress & { readonly generation: number }): void
  /** A network was judged. */
  judged(judged: Generation): void
  /** Ends the line that is written over. */
  close(): void
}

/** The least time in ms between two lines within an epoch: they stay in a log and are written over in a terminal. */
const PAUSE = { log: 10_000, terminal: 200 } as const

/** Goes to the start of the line and clears it. */
const CLEAR = '\r\u001b[2K'

/** Writes loss, accuracy and the time left; control codes only where `terminal` says so. */
export function progressLines(
  write: (text: string) => void,
  {
    terminal,
    generations,
    scored = 'accuracy',
  }: { readonly terminal: boolean; readonly generations: number; readonly scored?: string },
  now: () => number = Date.now,
): ProgressLines {
  const started = now()
  let written = started
  let epoch = { number: 0, losses: 0, steps: 0 }
  let newest: (Progress & { readonly generation: number }) | null = null
  let best: Generation | null = null
  const line = (text: string) => write(terminal ? `${CLEAR}${text}\n` : `${text}\n`)
  const of = (generation: number) => (generations > 1 ? `generation ${generation}/${generations}, ` : '')
  const loss = () => `loss ${(epoch.losses / epoch.steps).toFixed(4)}`

  function left(): string {
    if (newest === null) return ''
    const { generation, step, steps } = newest
    const share = (generation - 1 + step / steps) / generations
    return share === 1 ? '' : `, ${duration(((now() - started) * (1 - share)) / share)} left`
  }

  return {
    stepped(progress) {
      if (progress.epoch !== epoch.number || progress.generation !== newest?.generation)
        epoch = { number: progress.epoch, losses: 0, steps: 0 }
      epoch = { ...epoch, losses: epoch.losses + progress.loss, steps: epoch.steps + 1 }
      newest = progress
      if (now() - written < PAUSE[terminal ? 'terminal' : 'log']) return
      written = now()
      const { generation, epochs, step, steps } = progress
      const text = `${of(generation)}epoch ${epoch.number}/${epochs}, step ${whole(step)}/${whole(steps)}: ${loss()}${left()}`
      write(terminal ? `${CLEAR}${text}` : `${text}\n`)
    },
    judged(judged) {
      const { generation, epoch: number, accuracy } = judged
      const leads = best === null || isBetter(judged, best)
      const mark = leads && number > 0 ? ', the best so far' : ''
      if (leads) best = judged
      written = now()
      const val = `val ${scored} ${percent(accuracy)}`
      if (number === 0) line(`${of(generation)}start: ${val}`)
      else line(`${of(generation)}epoch ${number}/${newest?.epochs}: ${loss()}, ${val}${mark}${left()}`)
    },
    close() {
      if (terminal) write(CLEAR)
    },
  }
}
