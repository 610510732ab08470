import { type Repair, repairRun } from '../../store/repair.js'
import { whole } from '../../ui/format.js'
import { existingRun } from './run-folder.js'

/** `pare repair`: saves what can be read of a damaged run into a new database, and says what. */
export async function repairCommand(run: string, options: { readonly json: boolean }): Promise<void> {
  const folder = existingRun(run)
  const repair = await repairRun(folder.database, new Date())
  const text = options.json
    ? JSON.stringify({ run: folder.name, ...document(repair) }, null, 2)
    : lines(folder.name, repair).join('\n')
  process.stdout.write(`${text}\n`)
}

function document(repair: Repair) {
  const { told, running, climbs, finalists, events, agent, again } = repair.run
  const counts = {
    trials: told.length,
    running: running.length,
    climbs: climbs.length,
    finalists: finalists.length,
    events: events.length,
    agent,
    again,
  }
  switch (repair.kind) {
    case 'whole':
      return { state: repair.kind, ...counts }
    case 'repaired': {
      const { trials, climbs, finalists, events } = repair.salvaged
      const lost = {
        trials: trials.lost,
        climbs: climbs.lost,
        finalists: finalists.lost,
        events: events.lost,
      }
      return { state: repair.kind, damage: repair.damage, ...counts, lost, damaged: repair.kept }
    }
  }
}

function lines(name: string, repair: Repair): readonly string[] {
  const { told, running, climbs, finalists, events, agent, again } = repair.run
  if (repair.kind === 'whole')
    return [`${name}: nothing to repair, ${whole(told.length)} trials are told and all can be read`]
  const { salvaged, damage, kept } = repair
  const part = (what: string, n: number, lost: number) =>
    `  ${what}: ${whole(n)} saved${lost > 0 ? `, about ${whole(lost)} could not be read` : ''}`
  return [
    `${name}: repaired (${damage})`,
    part('told trials', told.length, salvaged.trials.lost),
    ...(again > 0 ? [`  told trials after a lost one: ${whole(again)}, to be run again`] : []),
    `  trials in flight: ${whole(running.length)}`,
    part('climbs', climbs.length, salvaged.climbs.lost),
    part('finalists', finalists.length, salvaged.finalists.lost),
    part('events', events.length, salvaged.events.lost),
    `  agent's state: ${agent}${agent === 'kept' || told.length === 0 ? '' : `; it learns again from the ${whole(told.length)} told trials`}`,
    `the damaged database is kept as ${kept}; go on with: pare resume ${name}`,
  ]
}
