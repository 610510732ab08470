import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Random, randomStream } from '../../src/random.js'
import type { RunEvent } from '../../src/search/events.js'
import { pare } from '../fixtures/cli.js'
import { writeSmallFashion } from '../fixtures/idx.js'
import { type Lasting, runAndKill, type Victim } from '../fixtures/killed/kill.js'
import { moveRun, moves, type Place } from '../fixtures/killed/move.js'
import { eventsIn, outcomeOf, toldIn, workedBy } from '../fixtures/killed/outcome.js'
import { counted, firstTrialAfter, noToll, phaseOf, type Toll, tollText } from '../fixtures/killed/toll.js'

/** Kills of each kind of run. */
const KILLS = Number(process.env.PARE_KILLS ?? 2)
/** So that several runs come to their ends. */
const KILLS_A_RUN = 10
const SEED = process.env.PARE_KILL_SEED ?? '1'

const kinds = {
  channels: '--budget macs=40% --trials 20 --finalists 2 --rungs 0,4',
  bits: '--decide weightBits --budget size=30% --trials 16 --finalists 1 --rungs 0,2',
  ladder: '--agent ddpg --budget macs=40% --trials 16 --finalists 3 --rungs 0,2,4 --halving 2',
  evolution:
    '--agent evolution --sensitivity measured --budget params=40% --trials 20 --finalists 1 --rungs 0',
  ppo: '--agent ppo --decide keep,weightBits --budget size=20% --trials 16 --finalists 2 --rungs 0,2',
}

const model = fileURLToPath(new URL('../fixtures/models/lenet300.onnx', import.meta.url))

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pare-kill-'))
})

afterAll(() => rmSync(folder, { recursive: true }))

/** A run of a kind, from its start through kills to its end. */
interface Life {
  readonly cwd: string
  readonly search: readonly string[]
  /** How long a process works that goes on with what the run holds. */
  readonly lasts: (events: readonly RunEvent[]) => Lasting
  /** How many kills there may be, those of runs before counted. */
  readonly most: number
  readonly random: Random
}

const killsOf = ({ victims }: Toll) => Object.values(victims).reduce((sum, n) => sum + n, 0)

/** Kills a run again and again until it has ended. @returns where it is, and the toll with its own */
async function liveThrough(life: Life, start: Place, before: Toll): Promise<{ place: Place; toll: Toll }> {
  const { cwd, random } = life
  let place = start
  let toll: Toll = { ...before, runs: before.runs + 1 }
  for (let events = await eventsIn(join(cwd, place.run)); ; ) {
    const path = join(cwd, place.run)
    const workers = ['--plain', '--workers', String(1 + random.below(2))]
    const isNew = events.length === 0
    const args = isNew
      ? [...life.search, '--data', place.data, '--run', `./${place.run}`]
      : ['resume', `./${place.run}`, '--data', place.data]
    const began = Date.now()
    const left = life.most - killsOf(toll)
    const victims = new Set<Victim>()
    const { code, stderr } = await runAndKill({
      ...{ args: [...args, ...workers], cwd, path, lasts: life.lasts(events), most: left, random },
      async onKill(victim) {
        victims.add(victim)
        const phase = phaseOf(await eventsIn(path))
        toll = { ...toll, victims: counted(toll.victims, victim), phases: counted(toll.phases, phase) }
      },
    })
    events = await eventsIn(path)
    const firstTrial = isNew ? null : firstTrialAfter(events, began)
    if (firstTrial !== null) toll = { ...toll, firstTrials: [...toll.firstTrials, firstTrial] }
    if (phaseOf(events) === 'ended') {
      // A command that lives on ends well, whatever became of its job.
      if (!victims.has('group') && !victims.has('command'))
        expect([code, stderr]).toEqual([0, expect.anything()])
      return { place, toll }
    }
    if (victims.size === 0) throw new Error(`pare ${args.join(' ')} ended with ${code}: ${stderr}`)
    if (events.length === 0) continue
    const move = moves[random.below(moves.length)]!
    place = await moveRun(cwd, place, move, killsOf(toll))
    toll = { ...toll, moves: counted(toll.moves, move) }
  }
}

it.each(Object.entries(kinds))(
  `%s: killed ${KILLS} times at random moments, runs end as one that was never killed, bit for bit`,
  {
    timeout: 180_000 + KILLS * 60_000,
  },
  async (kind, options) => {
    const cwd = join(folder, kind)
    mkdirSync(join(cwd, 'elsewhere'), { recursive: true })
    writeSmallFashion(join(cwd, 'data'), { train: 200, val: 100, test: 100 })
    const common = ['--round', '1', '--epochs', '1', '--seed', '5', '--backend', 'wasm']
    const search = ['search', model, ...options.split(' '), ...common]
    const began = Date.now()
    const whole = await pare(
      [...search, '--data', 'data', '--run', 'whole', '--plain', '--workers', '2'],
      cwd,
    )
    const duration = Date.now() - began
    expect([whole.code, whole.stderr]).toEqual([0, expect.stringContaining('finished:')])
    const expected = await outcomeOf(join(cwd, 'runs', 'whole'))
    expect(expected.chosen).not.toBeNull()
    const worked = workedBy(await eventsIn(join(cwd, 'runs', 'whole')))
    const lasts = (events: readonly RunEvent[]) => {
      const done = worked[toldIn(events).length] ?? 0
      const concluding = worked.at(-1)! - worked.at(-2)!
      return { whole: duration - done, telling: worked.at(-1)! - done, concluding }
    }

    const random = randomStream(SEED, 0, kind)
    let toll = noToll
    let data = 'data'
    while (killsOf(toll) < KILLS) {
      const start = { run: join('runs', `killed-${toll.runs}`), data }
      const most = Math.min(KILLS, killsOf(toll) + KILLS_A_RUN)
      const life = { cwd, search, lasts, most, random }
      const ended = await liveThrough(life, start, toll)
      toll = ended.toll
      data = ended.place.data
      expect(await outcomeOf(join(cwd, ended.place.run))).toEqual(expected)
      console.info(tollText(kind, toll))
    }
  },
)
