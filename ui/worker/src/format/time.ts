import { i18n, languageTag } from '../messages'

/** The hospital's zone: instants are UTC, people read the hospital's wall clock wherever the device thinks it is. */
const ZONE = 'Asia/Shanghai'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const ZONE_AHEAD = 8 * HOUR

/** `09:12` */
export function clockTime(instant: number): string {
  return format(instant, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
}

/** `11月20日` */
export function monthAndDay(instant: number): string {
  return format(instant, { month: 'long', day: 'numeric' })
}

/** `今天 09:12`, `昨天 …`, `明天 …`, or with the date. */
export function dayAndTime(instant: number, now: number): string {
  const time = clockTime(instant)
  const t = i18n.global.t
  switch (hospitalDay(instant) - hospitalDay(now)) {
    case 0:
      return t('time.today', { time })
    case -1:
      return t('time.yesterday', { time })
    case 1:
      return t('time.tomorrow', { time })
    default:
      return `${monthAndDay(instant)} ${time}`
  }
}

/** Just `09:12` for today, otherwise with the day. */
export function briefTime(instant: number, now: number): string {
  return hospitalDay(instant) === hospitalDay(now) ? clockTime(instant) : dayAndTime(instant, now)
}

/** `20 分钟`, `3 小时`, `2 天`: rounded down, never less than a minute. */
export function duration(milliseconds: number): string {
  const t = i18n.global.t
  if (milliseconds < HOUR) return t('duration.minutes', { count: Math.max(1, Math.floor(milliseconds / MINUTE)) })
  if (milliseconds < 2 * DAY) return t('duration.hours', { count: Math.floor(milliseconds / HOUR) })
  return t('duration.days', { count: Math.floor(milliseconds / DAY) })
}

/** The instant of `hour` o'clock in the hospital, `days` after the day of `now`. */
export function hospitalHour(now: number, days: number, hour: number): number {
  return (hospitalDay(now) + days) * DAY - ZONE_AHEAD + hour * HOUR
}

/** The hospital's day of an instant, as `2026-11-24`. */
export function dayOf(instant: number): string {
  return new Date(instant + ZONE_AHEAD).toISOString().slice(0, 10)
}

/** 9 o'clock in the hospital on the day that was typed or picked, as `2026-11-24`; `undefined` when it is none after today. */
export function morningOf(typed: string, now: number): number | undefined {
  const [, year, month, day] = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(typed.normalize('NFKC').trim()) ?? []
  if (!year || !month || !day) return undefined
  const instant = Date.UTC(Number(year), Number(month) - 1, Number(day)) - ZONE_AHEAD + 9 * HOUR
  const isThatDay = dayOf(instant) === `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  return isThatDay && hospitalDay(instant) > hospitalDay(now) ? instant : undefined
}

/** Longer than a day from `now`: the leader has to approve such a suspension. */
export function isOverADay(instant: number, now: number): boolean {
  return instant - now > DAY
}

function hospitalDay(instant: number): number {
  return Math.floor((instant + ZONE_AHEAD) / DAY)
}

function format(instant: number, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(languageTag(), { timeZone: ZONE, ...options }).format(instant)
}
