/** Milliseconds by the clock, and of the process's CPU time, which other load disturbs less. */
export interface Time {
  readonly wall: number
  readonly cpu: number
}

export function timed(run: () => void): Time {
  const cpu = process.cpuUsage()
  const start = performance.now()
  run()
  const wall = performance.now() - start
  const { user, system } = process.cpuUsage(cpu)
  return { wall, cpu: (user + system) / 1000 }
}
