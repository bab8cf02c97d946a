import { describe, expect, it } from 'vitest'

import { newEventId } from '../src/backend/eventId'
import { yuan } from '../src/format/money'
import { briefTime, clockTime, dayAndTime, dayOf, duration, hospitalHour, monthAndDay, morningOf } from '../src/format/time'
import { cleaned, isWhole } from '../src/handover/staffNumber'
import { callerOf } from '../src/order/createAndAccept'
import { lastDepartment, rememberDepartment } from '../src/order/lastDepartment'
import { dueWords } from '../src/order/due'
import { phrasesFor } from '../src/order/phrases'

const NOW = Date.UTC(2026, 10, 21, 2, 20)
const HOUR = 3_600_000

describe('times are those of the hospital', () => {
  it.each([
    [clockTime(NOW), '10:20'],
    [clockTime(Date.UTC(2026, 10, 20, 16, 0)), '00:00'],
    [monthAndDay(Date.UTC(2026, 10, 20, 15, 59)), '11月20日'],
    [dayAndTime(NOW, NOW), '今天 10:20'],
    [dayAndTime(NOW - 11 * HOUR, NOW), '昨天 23:20'],
    [dayAndTime(NOW + 14 * HOUR, NOW), '明天 00:20'],
    [dayAndTime(NOW - 72 * HOUR, NOW), '11月18日 10:20'],
    [briefTime(NOW, NOW), '10:20'],
    [clockTime(hospitalHour(NOW, 0, 18)), '18:00'],
    [dayAndTime(hospitalHour(NOW, 1, 9), NOW), '明天 09:00'],
  ])('%s is %s', (shown, expected) => expect(shown).toBe(expected))
})

describe('durations', () => {
  it.each([
    [1, '1 分钟'],
    [59.9 * 60_000, '59 分钟'],
    [HOUR, '1 小时'],
    [49 * HOUR, '2 天'],
  ])('%d ms is %s', (length, expected) => expect(duration(length)).toBe(expected))
})

describe('what is due', () => {
  it.each([
    [null, 'accepted', undefined],
    [NOW + HOUR, 'accepted', { words: '11:20 前到场', isLate: false }],
    [NOW + HOUR, 'in_progress', { words: '11:20 前修好', isLate: false }],
    [NOW - HOUR, 'in_progress', { words: '已超时 1 小时', isLate: true }],
  ] as const)('%s at %s', (due, node, expected) => expect(dueWords(due, node, NOW)).toEqual(expected))
})

describe('money', () => {
  it.each([
    [0, '¥0.00'],
    [5, '¥0.05'],
    [4_000, '¥40.00'],
    [-1_234, '-¥12.34'],
  ])('%d fen is %s', (fen, expected) => expect(yuan(fen)).toBe(expected))
})

describe('staff numbers', () => {
  it.each([
    ['020188', true],
    ['W5588', true],
    ['02018', false],
    ['0201888', false],
    ['5588W', false],
  ])('%s whole: %s', (number, whole) => expect(isWhole(number)).toBe(whole))

  it.each([
    ['020188', '020188'],
    ['０２０１８８', '020188'],
    [' w-5588\r', 'W5588'],
    ['1234567890123456', '123456789012'],
  ])('%s is understood as %s', (typed, expected) => expect(cleaned(typed)).toBe(expected))
})

describe('phrases', () => {
  it('offers what fits the fault first', () => expect(phrasesFor('跳闸')[0]?.cause).toBe('overload'))
  it.each([
    ['水龙头漏水', 'sealWorn'],
    ['下水道堵塞', 'pipeBlocked'],
    ['暖气不热', 'airTrapped'],
    ['插座无电', 'overload'],
    ['终端漏气', 'gasSealWorn'],
    ['门锁损坏', 'partBroken'],
  ])('for %s begins with %s', (fault, cause) => expect(phrasesFor(fault)[0]?.cause).toBe(cause))
  it.each(['氧气压力低', '负压不足', '终端漏气'])('for %s always ends with a leak test', (fault) =>
    expect(phrasesFor(fault).map((pair) => pair.remedy)).toEqual(['gasSealReplaced', 'gasJointTightened']))
  it('offers something for any fault', () => expect(phrasesFor('蒸饭柜故障').length).toBeGreaterThan(0))
})

describe('callers', () => {
  it('are left out when nobody was named', () => expect(callerOf(' ', '')).toEqual({}))
  it('may be just a number', () => expect(callerOf('', '8-5021')).toEqual({ caller: { name: '8-5021', number: '8-5021' } }))
  it('may be just a name', () => expect(callerOf('李护士长', '')).toEqual({ caller: { name: '李护士长' } }))
})

describe('event ids', () => {
  it('are UUIDs of version 7 that begin with the time', () => {
    expect(newEventId(0x0192_0000_0001)).toMatch(/^01920000-0001-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(newEventId()).not.toBe(newEventId())
  })
})

describe('a day that is typed or picked', () => {
  it.each([
    ['2026-12-05', '12月5日 09:00'],
    ['2026/12/5', '12月5日 09:00'],
    ['2026年12月5日', '12月5日 09:00'],
    ['2026-11-22', '明天 09:00'],
  ])('%s is %s', (typed, shown) => expect(dayAndTime(morningOf(typed, NOW) ?? 0, NOW)).toBe(shown))
  it.each(['', '2026-11-21', '2026-11-20', '2026-02-30', '明天', '12-05'])('%j is none', (typed) => expect(morningOf(typed, NOW)).toBe(undefined))
  it('is the hospital’s', () => expect(dayOf(Date.UTC(2026, 10, 20, 16, 0))).toBe('2026-11-21'))
})

describe('the department of a place', () => {
  const kept = new Map<string, string>()
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: (key: string) => void kept.delete(key) }

  it('is the one of the last order there', () => {
    rememberDepartment('L00017', '001020', storage)
    rememberDepartment('L00042', '001002', storage)
    rememberDepartment('L00017', '001003', storage)
    expect(['L00017', 'L00042', 'L00099'].map((place) => lastDepartment(place, storage))).toEqual(['001003', '001002', undefined])
  })

  it('is none where what was kept cannot be read', () => {
    kept.set('departments', '[["L00017"],7]')
    expect(lastDepartment('L00017', storage)).toBe(undefined)
  })
})
