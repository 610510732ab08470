import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { holdOutput } from '../../src/ui/dashboard/held-output.js'
import type { Role } from '../../src/ui/dashboard/scene.js'
import { themeOf, unicode } from '../../src/ui/dashboard/theme.js'
import { startDashboard } from '../../src/ui/dashboard.js'
import { run } from './events.js'
import { framed, sceneOf } from './fixtures/shot.js'
import { FakeTerminal, fakeKeyboard } from './fixtures/terminal.js'

const env = { LANG: 'C.UTF-8', NO_COLOR: '1' }

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

function open(role: Role = 'worker', columns = 80, rows = 24) {
  const stdout = new FakeTerminal(columns, rows)
  const stdin = fakeKeyboard()
  const [onQuit, onDetach, onPause] = [vi.fn(), vi.fn(), vi.fn()]
  const listeners = process.listenerCount('exit')
  const dashboard = startDashboard({ onQuit, onDetach, onPause, stdout, stdin, stderr: null, role, env })
  return { stdout, stdin, onQuit, onDetach, onPause, dashboard, listeners }
}

/** What the terminal should show, filled up to its height. */
function expected(trials: number, { columns, rows }: FakeTerminal, stopping = false): readonly string[] {
  const powers = { detach: true, pause: true }
  const scene = sceneOf(run(trials), { stopping, powers, theme: themeOf(env) })
  return Object.assign(
    Array.from({ length: rows }, () => ''),
    framed(scene, { width: columns, height: rows }),
  )
}

describe('drawing', () => {
  it('shows all events in one frame after a while, and nothing more while nothing changes', async () => {
    const { stdout, dashboard } = open()
    for (const event of run(61)) dashboard.push(event)
    const before = stdout.written.length
    vi.advanceTimersByTime(125)
    expect(stdout.written.length).toBe(before + 1)
    expect(stdout.screen).toEqual(expected(61, stdout))
    vi.advanceTimersByTime(60_000)
    expect(stdout.written.length).toBe(before + 1)
    await dashboard.close()
  })

  it('draws at most 8 frames a second', async () => {
    const { stdout, dashboard } = open()
    const before = stdout.written.length
    for (const event of run(50)) {
      dashboard.push(event)
      vi.advanceTimersByTime(10)
    }
    const seconds = (run(50).length * 10) / 1000
    expect(stdout.written.length - before).toBeGreaterThan(seconds * 7)
    expect(stdout.written.length - before).toBeLessThanOrEqual(seconds * 8)
    await dashboard.close()
  })

  it('writes only the rows that changed', async () => {
    const { stdout, dashboard } = open()
    for (const event of run(61)) dashboard.push(event)
    vi.advanceTimersByTime(125)
    for (const event of run(62).slice(run(61).length - 1)) dashboard.push(event)
    vi.advanceTimersByTime(125)
    const last = stdout.written.at(-1)!
    expect(last.length).toBeLessThan(2000)
    expect(last).not.toContain('params')
    expect(stdout.screen).toEqual(expected(62, stdout))
    await dashboard.close()
  })

  it.each([
    [120, 40],
    [60, 15],
    [200, 60],
    [40, 10],
  ])('leaves nothing of the old frame when the terminal becomes %ix%i', async (columns, rows) => {
    const { stdout, dashboard } = open()
    for (const event of run(61)) dashboard.push(event)
    vi.advanceTimersByTime(125)
    stdout.resize(columns, rows)
    vi.advanceTimersByTime(125)
    expect(stdout.screen).toEqual(expected(61, stdout))
    await dashboard.close()
  })
})

describe('keys', () => {
  it('q asks to stop once and the footer says so; every Ctrl-C asks again', async () => {
    const { stdout, stdin, onQuit, dashboard } = open()
    for (const event of run(61)) dashboard.push(event)
    vi.advanceTimersByTime(125)
    stdin.write('x\u001b[Aq')
    await vi.waitFor(() => expect(onQuit).toHaveBeenCalledTimes(1))
    vi.advanceTimersByTime(125)
    expect(stdout.screen).toEqual(expected(61, stdout, true))
    expect(stdout.screen.join('\n')).toContain('stopping: finishing the running trials…')
    stdin.write('qq\u0003\u0003')
    await vi.waitFor(() => expect(onQuit).toHaveBeenCalledTimes(3))
    await dashboard.close()
  })

  it('Ctrl-C asks to stop too, and a viewer only closes', async () => {
    const { stdout, stdin, onQuit, dashboard } = open('viewer')
    expect(stdout.screen.at(-2)).toBe('q close   ? help   p pause   d detach')
    stdin.write('\u0003')
    await vi.waitFor(() => expect(onQuit).toHaveBeenCalledTimes(1))
    vi.advanceTimersByTime(125)
    expect(stdout.screen.at(-2)).toBe('closing')
    await dashboard.close()
  })

  it('p asks to pause and then to continue, d to detach; the footer and the phase say where it is', async () => {
    const { stdout, stdin, onDetach, onPause, onQuit, dashboard } = open()
    for (const event of run(61)) dashboard.push(event)
    stdin.write('p')
    await vi.waitFor(() => expect(onPause.mock.calls).toEqual([[true]]))
    dashboard.push({ at: 70_000, type: 'paused' })
    vi.advanceTimersByTime(2000)
    expect(stdout.screen.join('\n')).toContain('paused: learning: 61 of 200 trials told')
    expect(stdout.screen.at(-2)).toBe('q stop (the run is saved)   ? help   p go on   d detach')
    stdin.write('p')
    await vi.waitFor(() => expect(onPause.mock.calls).toEqual([[true], [false]]))
    dashboard.push({ at: 71_000, type: 'continued' })
    vi.advanceTimersByTime(2000)
    expect(stdout.screen.join('\n')).not.toContain('paused')
    stdin.write('d')
    await vi.waitFor(() => expect(onDetach).toHaveBeenCalledTimes(1))
    expect(onQuit).not.toHaveBeenCalled()
    await dashboard.close()
  })

  it('r draws the whole screen anew', async () => {
    const { stdout, stdin, dashboard } = open()
    const whole = stdout.screen
    stdout.write('\u001b[1;1Hgarbage of another program')
    expect(stdout.screen).not.toEqual(whole)
    stdin.write('r')
    await vi.waitFor(() => {
      vi.advanceTimersByTime(125)
      expect(stdout.screen).toEqual(whole)
    })
    await dashboard.close()
  })
})

describe('views', () => {
  it('are opened by their keys, searched and left again, while the run goes on', async () => {
    const { stdout, stdin, onQuit, dashboard } = open()
    for (const event of run(61)) dashboard.push(event)
    const press = async (keys: string, seen: string) => {
      stdin.write(keys)
      await vi.waitFor(() => {
        vi.advanceTimersByTime(125)
        expect(stdout.screen.join('\n')).toContain(seen)
      })
    }
    await press('3', 'trials 1 to 16 of 61')
    await press('/', '/_   Enter keeps it')
    // While one types, no letter is a command.
    await press('q#4', '/q#4_')
    await press('\u007f\u007f\u007fnot a', 'trials 1 to 1 of 1: all, with not a')
    await press('\r', 'q stop  ? help')
    await press('\r', 'reason: the loss is not a number in layer block2.conv1')
    await press('?', 'this help, and back')
    await press('2', 'best #60 beside the newest #64')
    expect(onQuit).not.toHaveBeenCalled()
    await press('q', 'stopping')
    expect(onQuit).toHaveBeenCalledTimes(1)
    await dashboard.close()
  })

  it('can pause and detach where that is possible', async () => {
    const [stdout, stdin] = [new FakeTerminal(80, 24), fakeKeyboard()]
    const [onQuit, onDetach, onPause] = [vi.fn(), vi.fn(), vi.fn()]
    const dashboard = startDashboard({ onQuit, onDetach, onPause, stdout, stdin, stderr: null, env })
    expect(stdout.screen.join('\n')).toContain('p pause   d detach')
    stdin.write('pd')
    await vi.waitFor(() => expect(onDetach).toHaveBeenCalledTimes(1))
    expect(onPause.mock.calls).toEqual([[true]])
    await dashboard.close()
  })

  it('are not brought down by an event that cannot be shown', async () => {
    const { stdout, stdin, dashboard } = open()
    for (const event of run(2)) dashboard.push(event)
    // As a damaged database may tell it.
    dashboard.push(JSON.parse('{"at": 1, "type": "trial-told", "trial": 2}'))
    stdin.write('6')
    await vi.waitFor(() => {
      vi.advanceTimersByTime(125)
      expect(stdout.screen.join('\n')).toContain('an event of type trial-told cannot be shown')
    })
    await dashboard.close()
  })
})

describe('the terminal', () => {
  const state = ({ stdout, stdin }: ReturnType<typeof open>) => [
    stdout.isAlternate,
    stdout.isCursorShown,
    stdout.wraps,
    stdin.isRaw,
  ]

  it('is given back by close, once', async () => {
    const opened = open()
    expect(state(opened)).toEqual([true, false, false, true])
    await opened.dashboard.close()
    expect(state(opened)).toEqual([false, true, true, false])
    const { length } = opened.stdout.written
    await opened.dashboard.close()
    for (const event of run(3)) opened.dashboard.push(event)
    vi.advanceTimersByTime(1000)
    opened.stdout.resize(90, 30)
    vi.advanceTimersByTime(1000)
    expect(opened.stdout.written).toHaveLength(length)
    expect(process.listenerCount('exit')).toBe(opened.listeners)
    expect(opened.stdout.listenerCount('resize') + opened.stdout.listenerCount('error')).toBe(0)
  })

  it('is given back when the process exits without it', () => {
    const opened = open()
    const [restore] = process.listeners('exit').slice(-1)
    restore?.call(process, 0)
    expect(state(opened)).toEqual([false, true, true, false])
    expect(process.listenerCount('exit')).toBe(opened.listeners)
  })

  it('that goes away does not end the run', async () => {
    const { stdout, dashboard } = open()
    expect(() => stdout.emit('error', new Error('EIO'))).not.toThrow()
    await dashboard.close()
  })
})

describe('output of others', () => {
  it('waits until the screen is closed, and is in the log', async () => {
    const [stdout, stdin] = [new FakeTerminal(80, 24), fakeKeyboard()]
    const written: string[] = []
    const stderr = {
      write(chunk: string | Uint8Array) {
        written.push(Buffer.from(chunk).toString())
        return true
      },
    }
    const dashboard = startDashboard({
      onQuit: () => {},
      stdout,
      stdin,
      stderr,
      env,
    })
    stderr.write('a warning\n')
    stderr.write(Buffer.from('and another\n'))
    expect(written).toEqual([])
    stdin.write('6')
    await vi.waitFor(() => {
      vi.advanceTimersByTime(125)
      expect(stdout.screen.join('\n')).toMatch(/a warning\n.*and another/)
    })
    await dashboard.close()
    expect(written).toEqual(['a warning\nand another\n'])
    stderr.write('after')
    expect(written).toHaveLength(2)
  })

  it('keeps the newest part of a flood', () => {
    let written = ''
    const stream = {
      write(chunk: string | Uint8Array) {
        written += Buffer.from(chunk).toString()
        return true
      },
    }
    const release = holdOutput(stream)
    for (let i = 0; i < 100; i++) stream.write(`${i}`.padStart(50_000))
    release()
    expect(written.length).toBeLessThanOrEqual(1_000_000)
    expect(written.endsWith('99')).toBe(true)
  })
})

it('colours follow NO_COLOR, glyphs the locale', () => {
  expect(themeOf({ LANG: 'C.UTF-8' })).toEqual({ glyphs: unicode, colors: true })
  expect(themeOf({ LANG: 'C', NO_COLOR: '1' }).colors).toBe(false)
  expect(themeOf({ LANG: 'C' }).glyphs).not.toBe(unicode)
  expect(themeOf({ LANG: 'C', NO_COLOR: '' }).colors).toBe(true)
})
