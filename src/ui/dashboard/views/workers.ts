import type { WorkerView } from '../../crew.js'
import { duration, percent, rate } from '../../format.js'
import { trialsPerSecond } from '../../pace.js'
import { meansOf } from '../../thinned.js'
import type { FinalistView } from '../../view.js'
import { aligned, type Block, panel, type Row, row } from '../block.js'
import type { Size } from '../layout.js'
import type { Scene } from '../scene.js'
import { bar, sparkline } from '../theme.js'
import { timeText } from '../trial-table.js'

const sides = ['right', 'left', 'right', 'right', 'right', 'right', 'right', 'right'] as const

/** What each worker thread did, what is under way, and what the process takes of the memory. */
export function workers(scene: Scene, { width, height }: Size): Block {
  const table = crewRows(scene)
  const under = underWay(scene)
  const upper = Math.min(table.length + 1, Math.max(4, height - 4 - Math.min(under.length + 1, 8)))
  return [
    ...panel('the process', processRows(scene, width), { width, height: 4 }, scene.theme),
    ...panel(crewTitle(scene), cut(table, upper - 1), { width, height: upper }, scene.theme),
    ...panel(
      underTitle(scene),
      cut(under, height - 5 - upper),
      { width, height: height - 4 - upper },
      scene.theme,
    ),
  ]
}

function processRows({ view, theme }: Scene, width: number): readonly Row[] {
  const { memory, crew, run } = view
  const perSecond = trialsPerSecond(view)
  const pace = perSecond === null ? 'pace not known yet' : `${rate(perSecond)} evaluated`
  const first = row(
    `${run?.workers ?? 0} worker threads   ${crew.restarts} replaced   ${view.flying.length} trials in flight   ${pace}`,
  )
  if (memory.newest === null) return [first, row('memory: not known of this run', 'quiet')]
  const text = `memory ${mebibytes(memory.newest)}, at most ${mebibytes(memory.most)}  `
  return [
    first,
    [{ text }, { text: sparkline(meansOf(memory), width - text.length, theme), tone: 'second' }],
    row('of the whole process, all its threads included, after each trial', 'quiet'),
  ]
}

function crewTitle({ view: { crew, run } }: Scene): string {
  const silent = Math.max(0, (run?.workers ?? 0) - crew.workers.length)
  return silent > 0 ? `workers (${silent} with no trial yet)` : 'workers'
}

function crewRows({ view }: Scene): Block {
  const { workers } = view.crew
  if (workers.length === 0) return [row('none has told of a trial yet')]
  const { since } = view.pace.trials
  const isOver = view.phase.kind === 'ended'
  const now = view.pace.now
  const head = ['worker', 'at work on', 'trials', 'pace', 'mean', 'last trial', 'ago', 'own memory']
  const [top = '', ...texts] = aligned(
    [head, ...workers.map(worker => cells(worker, since, now, isOver))],
    sides,
  )
  return [row(top, 'quiet'), ...texts.map(text => row(text))]
}

function cells(worker: WorkerView, since: number, now: number, isOver: boolean): readonly string[] {
  const { present, trials, busyMs, last, memory } = worker
  const ms = (last?.at ?? 0) - since
  return [
    String(worker.worker),
    present === null || isOver ? '-' : `${taskText(present.task)} for ${duration(now - present.at)}`,
    String(trials),
    ms > 0 ? rate((trials * 1000) / ms) : '-',
    trials === 0 ? '-' : timeText(busyMs / trials),
    last === null ? '-' : `#${last.trial} in ${timeText(last.ms)}`,
    last === null ? '-' : duration(now - last.at),
    memory === null ? '-' : mebibytes(memory),
  ]
}

type Task = NonNullable<WorkerView['present']>['task']

function taskText(task: Task): string {
  switch (task.kind) {
    case 'trial':
      return `#${task.trial}${task.steps === 0 ? '' : `, ${task.steps} steps`}`
    case 'finalist':
      return `finalist #${task.trial}`
    case 'probe':
      return 'sensitivity'
  }
}

function underTitle({ view }: Scene): string {
  return view.phase.kind === 'ended' ? 'under way when it ended' : 'under way'
}

/** The fine-tunings that are at work, then the trials. */
function underWay({ view, theme }: Scene): Block {
  const tuning = view.finalists.flatMap(({ trial, rank, state }: FinalistView): Row[] => {
    if (state.kind !== 'training') return []
    const share = state.step / Math.max(1, state.steps)
    return [
      row(
        `finalist ${rank} (#${trial})  ${bar(share, 20, theme)} ${percent(share, 0)}  loss ${state.loss.toFixed(4)}`,
      ),
    ]
  })
  const { now } = view.pace
  const trials = view.flying.map(({ trial, since }) =>
    row(`trial #${trial}  evaluated or waiting for its turn, begun ${duration(now - since)} ago`),
  )
  const all = [...tuning, ...trials]
  return all.length === 0 ? [row('nothing')] : all
}

/** The first rows, and how many there are besides. */
function cut(rows: Block, room: number): Block {
  if (rows.length <= room) return rows
  return [...rows.slice(0, Math.max(0, room - 1)), row(`+${rows.length - Math.max(0, room - 1)} more`)]
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`
}
