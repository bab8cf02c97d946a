/** Entries and stores that are gone. */
export const lostZh = {
  acknowledge: '知道了，不再提示',
  damaged: '本机的数据文件曾损坏',
  damagedSafe: '损坏的文件已移到一旁，没有删除；能读出的未上传记录已接过来，工单会随同步重新取回。',
  damagedNext: '请同步一次，并把文件名 {file} 告诉工程师。',
  known: '已知丢失的记录（编号）',
  gone: '此设备原来的数据文件不见了',
  goneUnsent: '最后 {count} 条记录可能还没有上传。之前的都已上传。',
  goneSafe: '里面的记录都已上传，没有丢。',
  goneNext: '如果有人移走了文件，请工程师先放回来。找不到，就用新登记码重新登记。',
} as const
