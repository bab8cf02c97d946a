import type { Messages } from './zh'

/** Entries and stores that are gone. */
export const lostEn: Messages['lost'] = {
  acknowledge: 'I have read this',
  damaged: 'The data file of this device was damaged',
  damagedSafe: 'It was moved aside, not deleted. Entries not uploaded that could be read were taken over; the orders come again when you synchronise.',
  damagedNext: 'Synchronise once, and tell the engineer the file name {file}.',
  known: 'Entries known to be lost (numbers)',
  gone: 'The data file that this device had is gone',
  goneUnsent: 'The last {count} entries may not be uploaded. Everything before them is.',
  goneSafe: 'All entries in it were uploaded; nothing is lost.',
  goneNext: 'If somebody moved the file, have the engineer put it back first. If it cannot be found, enrol again with a new code.',
}
