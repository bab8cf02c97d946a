import type { LastingStorage } from '../session/lasting'
import { browserStorage, forgetLasting, readLasting, writeLasting } from '../session/lasting'
import type { DepartmentCode, LocationCode } from '../backend/types'

const KEY = 'departments'
/** The places that one person comes to again. */
const MOST = 300

/** The department that the last order seen or created at this place is charged to; `undefined` where none was. */
export function lastDepartment(place: LocationCode, storage: LastingStorage = browserStorage()): DepartmentCode | undefined {
  return pairs(storage).find(([known]) => known === place)?.[1]
}

/** Remembers it, the latest place first. */
export function rememberDepartment(place: LocationCode, department: DepartmentCode, storage: LastingStorage = browserStorage()): void {
  if (lastDepartment(place, storage) === department) return
  const others = pairs(storage).filter(([known]) => known !== place)
  writeLasting(KEY, [[place, department], ...others].slice(0, MOST), storage)
}

/** The device goes to somebody else. */
export function forgetDepartments(storage: LastingStorage = browserStorage()): void {
  forgetLasting(KEY, storage)
}

function pairs(storage: LastingStorage): [LocationCode, DepartmentCode][] {
  return readLasting(KEY, storage).filter((one): one is [string, string] => Array.isArray(one) && one.length === 2 && one.every((piece) => typeof piece === 'string'))
}
