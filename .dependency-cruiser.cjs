/** Imports go one way (see README, "How the code is laid out"): each entry lists all that a folder may import of ours. */
const allowed = {
  'src/graph': [],
  'src/data': [],
  'src/formats': ['src/graph'],
  'src/compress': ['src/graph'],
  'src/latency': ['src/graph'],
  'src/runtime': ['src/graph', 'src/formats', 'src/latency'],
  'src/tensor': ['src/graph'],
  'src/train': ['src/graph', 'src/tensor', 'src/data', 'src/compress'],
  'src/evaluate': [
    'src/graph',
    'src/formats',
    'src/data',
    'src/compress',
    'src/train',
    'src/runtime',
    'src/latency',
  ],
  'src/search': [
    'src/compress/criteria/criterion',
    'src/compress/sensitivity-table',
    'src/compress/policy',
    'src/graph/cost-kinds',
    'src/latency/predictor-schema',
    'src/evaluate/evaluation',
    'src/evaluate/evaluator',
    'agents/agent',
    'agents/amc-faults',
    'envs/env',
    'src/store/run-store',
  ],
  'src/store': [
    'src/search',
    'src/evaluate/evaluation',
    'src/compress/policy',
    'src/graph/bitops',
    'src/latency',
    'agents/agent',
  ],
  'src/compare': ['src/search'],
  'src/supervise': ['src/search/policy', 'src/evaluate/evaluator'],
  'src/ui': [
    'src/search',
    'src/compare',
    'src/evaluate/evaluation',
    'src/compress/policy',
    'src/compress/sensitivity-table',
    'src/graph/cost-kinds',
  ],
  'src/report': [
    'src/search',
    'src/compare',
    'src/evaluate/evaluation',
    'src/compress/policy',
    'src/graph/cost-kinds',
    'src/ui/comparison-text',
    'src/ui/cost-text',
    'src/ui/format',
    'src/ui/score-text',
  ],
  envs: ['src/graph', 'src/compress', 'src/latency'],
  agents: ['src/runtime/calculation'],
}

/** Modules anybody may use: seeded random streams, and what is better by several aims. */
const shared = ['src/random', 'src/dominance']

const literal = path => path.replaceAll('/', '\\/')

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'cli-wires-everything',
      severity: 'error',
      from: { pathNot: '^src/cli/' },
      to: { path: '^src/cli/' },
    },
    ...Object.entries(allowed).map(([folder, targets]) => ({
      name: `imports-of-${folder.replace('/', '-')}`,
      severity: 'error',
      from: { path: `^${literal(folder)}/` },
      to: {
        path: '^(src|agents|envs)/',
        pathNot: [`^${literal(folder)}/`, ...[...shared, ...targets].map(target => `^${literal(target)}`)],
      },
    })),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
  },
}
