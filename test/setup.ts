/** Processes that the code under test starts run its sources too, as its tests do. */
process.execArgv.push('--import', 'tsx')
