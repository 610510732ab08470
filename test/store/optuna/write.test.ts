import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDatabase } from '../../../src/store/database.js'
import { rangesOf, widened } from '../../../src/store/optuna/distributions.js'
import { writeOptunaStudy } from '../../../src/store/optuna/write.js'
import { hasPython, runPython } from '../../fixtures/python.js'
import { policyOf, recordsOfRun, states } from '../../fixtures/run-folder.js'

let folder: string
let file: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pare-optuna-'))
  file = join(folder, 'study.db')
  const attributes = { agent: 'ddpg', budgets: [{ kind: 'macs', limit: 5 }] }
  await writeOptunaStudy(file, { name: 'a run', attributes, ...(await recordsOfRun(folder)) })
})

afterAll(() => rmSync(folder, { recursive: true }))

const parameters = (number: number) => {
  const { keep, weightBits } = policyOf(number)
  return { 'keep.conv1': keep.conv1, 'keep.a, "b"': 3, 'weightBits.fc1': weightBits?.fc1 }
}

it('a run is a study in tables of the names and columns that Optuna has', async () => {
  const db = await openDatabase(file, 'read')
  const columns = await db.all(
    `SELECT m.name || '.' || c.name AS name FROM sqlite_master m, pragma_table_info(m.name) c
     WHERE m.type = 'table' AND m.name IN ('trials', 'trial_params', 'trial_values', 'studies', 'version_info')
     ORDER BY m.name, c.cid`,
  )
  expect(columns.map(row => Object.values(row ?? {})[0])).toEqual([
    ...['studies.study_id', 'studies.study_name'],
    ...['param_id', 'trial_id', 'param_name', 'param_value', 'distribution_json'].map(
      c => `trial_params.${c}`,
    ),
    ...['trial_value_id', 'trial_id', 'objective', 'value', 'value_type'].map(c => `trial_values.${c}`),
    ...['trial_id', 'number', 'study_id', 'state', 'datetime_start', 'datetime_complete'].map(
      c => `trials.${c}`,
    ),
    ...['version_info_id', 'schema_version', 'library_version'].map(c => `version_info.${c}`),
  ])
  expect(await db.all('SELECT trial_id, value FROM trial_values ORDER BY 1')).toEqual([
    { trial_id: 1, value: 0.75 },
    { trial_id: 3, value: 0.875 },
  ])
  expect(
    await db.all("SELECT DISTINCT distribution_json AS d FROM trial_params WHERE param_name = 'keep.conv1'"),
  ).toEqual([{ d: '{"name":"IntDistribution","attributes":{"log":false,"step":1,"low":1,"high":16}}' }])
  expect(await db.all('PRAGMA foreign_key_check')).toEqual([])
  await db.close()
})

it('a parameter may be all that its site allows, and all that it was', () => {
  const policies = [
    { keep: { a: 4 }, blocks: { b: 0 } },
    { keep: { a: 9, c: 6 }, blocks: { b: 1 } },
  ]
  const sites = [
    { kind: 'keep', name: 'a', most: 8 },
    { kind: 'blocks', name: 'b', most: 1 },
  ] as const
  expect(
    Object.fromEntries(
      widened(
        rangesOf(sites),
        policies.map(policy => ({ policy })),
      ),
    ),
  ).toEqual({
    'keep.a': { low: 1, high: 9 },
    'keep.c': { low: 1, high: 6 },
    'blocks.b': { low: 0, high: 1 },
  })
})

it.skipIf(!hasPython('optuna'))('Optuna itself loads the study, and goes on with it', () => {
  const program = `
import json, sys, optuna
optuna.logging.disable_propagation(); optuna.logging.disable_default_handler()
storage = "sqlite:///" + sys.argv[1]
study = optuna.load_study(study_name="a run", storage=storage)
trials = [dict(number=t.number, state=t.state.name, value=t.value, params=t.params, rungs=t.intermediate_values,
  start=t.datetime_start.isoformat(), attrs=t.user_attrs,
  fits=all(d._contains(d.to_internal_repr(t.params[n])) for n, d in t.distributions.items())) for t in study.trials]
best, attrs = study.best_trial.number, study.user_attrs
told = study.ask(study.trials[0].distributions)
study.tell(told, 0.99)
print(json.dumps(dict(trials=trials, best=best, attrs=attrs, direction=study.direction.name,
  after=study.best_trial.number, frame=len(study.get_trials()))))`
  const study = runPython(program, file)
  const named = { running: 'RUNNING', finished: 'COMPLETE', failed: 'FAIL' }
  expect(study).toMatchObject({
    best: 2,
    direction: 'MAXIMIZE',
    attrs: { agent: 'ddpg', budgets: [{ kind: 'macs', limit: 5 }] },
    after: 4,
    frame: 5,
    trials: states.map((state, number) => ({
      number,
      state: named[state.kind],
      value: state.kind === 'finished' ? state.reward : null,
      params: parameters(number),
      start: `2024-05-06T07:08:${String(9 + number).padStart(2, '0')}.123000`,
      fits: true,
    })),
  })
  expect(study).toMatchObject({
    trials: [
      { rungs: { 0: 0.75 }, attrs: { 'cost.macs': 6_000_750, final_score: 0.91, loss: 0.3 } },
      { rungs: {}, attrs: { reason: 'it diverged,\n"far"' } },
      { rungs: { 0: 0.875, 1: 0.9 }, attrs: { chosen: true } },
      { rungs: {} },
    ],
  })
})
