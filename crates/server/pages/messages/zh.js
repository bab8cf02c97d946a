/** 中文:先写这里,再写 en.js。 */
export default {
  title: '后勤一站式服务中心',
  otherLanguage: 'English',
  signIn: '登录', signOut: '退出', staffNo: '工号', password: '密码',
  newOrder: '登记报修', create: '登记', refresh: '刷新', more: '更多', search: '查找单号、描述、位置码', state: '状态', allNodes: '全部',
  orders: '工单', noOrders: '这里会列出工单。换一个状态,或者登记一单报修。', noOrder: '从列表里选一张工单。',
  location: '位置', fault: '故障分类', urgency: '紧急程度', byFault: '按故障分类', department: '受益科室', description: '故障描述', callerName: '来电人', callerNumber: '来电号码',
  team: '班组', assignee: '维修人员', reportedAt: '报修时间', dueAt: '时限', cost: '暂估', confirmation: '科室确认', cause: '故障原因', remedy: '处理措施', caller: '来电',
  parts: '备件', labour: '维修项目', history: '经过', contradictions: '待核实处理', choose: '请选择', reason: '原因', late: '已超时', none: '—',
  setAside: '未生效', held: '待处理', uncertain: '时间待核实', overruled: '未改变状态', notCharged: '不计费',
  done: '已保存。', loading: '正在读取…', override: '维修人员已接单,仍要取消',
  unreachable: '连不上服务器。什么都没有改变,请稍后再试。', failed: '没有完成:{code}。什么都没有改变。',
  actions: { dispatch: '派单', accept_for_team: '班组受理', assign: '派工', reassign: '改派', return: '回退', cancel: '取消' },
  nodes: {
    reported: '待调度', dispatched: '待班组受理', team_accepted: '待派工', assigned: '待接单', accepted: '已接单', in_progress: '维修中', suspended: '挂单',
    completed: '待科室确认', confirmed: '待核算', disputed: '异议中', costed: '待审计', audited: '待入账', posted: '已入账', closed: '已办结', cancelled: '已取消',
    declined: '未受理', merged: '已合并',
  },
  urgencies: { critical: '特急', urgent: '紧急', normal: '普通', planned: '计划' },
  kinds: {
    reported: '报修', numbered: '编号', corrected: '修正信息', dispatched: '派单', team_accepted: '班组受理', assigned: '派工', accepted: '接单', arrived: '到场',
    suspended: '挂单', resumed: '恢复', return_requested: '申请回退', part_issued: '领用出库', part_returned: '退库', labour_added: '登记维修项目', withdrawn: '撤销',
    completed: '完工', confirmed: '科室确认', reassigned: '改派', returned: '回退', cancelled: '取消', confirmation_judged: '核对确认人', ruled: '裁定', unreadable: '无法读取',
  },
  standings: { verified: '已核对', other_department: '其他科室', maintenance_staff: '后勤人员', unverified: '姓名未核对', rejected: '不予认可' },
  contradictionKinds: {
    worked_while_cancelled: '已经维修,同时被取消', cancelled_before_work: '取消在先,维修在后', completed_after_reassignment: '改派后原维修人员完工', both_worked: '两人都做了维修',
    two_accepted: '两人接了同一单', wrong_clock: '手机时间不准', confirmer_not_valid: '确认人工号已失效', price_changed: '价格有变化',
    confirmed_twice: '两人先后确认', confirmed_and_refused: '一人确认,一人不认可', confirmer_unknown: '确认人工号查不到', confirmation_rejected: '确认不予认可',
    withdrawn_while_confirmed: '确认时撤销了明细', returned_more_than_issued: '退库多于领用', step_did_not_fit: '步骤与状态不符', dispatch_overruled: '派单时维修人员已在现场接单',
  },
  heldReasons: {
    predecessor_missing: '前面的记录还没到', malformed: '内容无法读取,请维修人员重新记', oversized: '内容太大,请维修人员重新记', credential_revoked: '设备已停用,请核查',
    id_taken: '编号已被另一条记录占用,请维修人员重新记', order_full: '工单的记录已满,请新建工单', too_many_set_aside: '未生效的记录太多,请核查该设备', unknown: '原因不明',
  },
  codes: {
    sign_in_failed: '工号或密码不对,或者试得太多,请稍等再试。', session_required: '请先登录。', not_permitted: '您的角色不能做这件事。什么都没有改变。',
    transition_not_allowed: '工单现在的状态不能这样做。什么都没有改变,请刷新。', order_unknown: '没有这张工单,或者不归您处理。', location_unknown: '没有这个位置。', fault_unknown: '没有这个故障分类。',
    department_unknown: '没有这个科室。', team_unknown: '没有这个班组。', staff_unknown: '今天没有这个工号。', staff_not_valid: '这个人不在该班组。', reason_required: '请写明原因。',
    field_invalid: '有一项没填或太长。', id_reused: '这次提交与上次冲突,请重新填写。', disk_full: '服务器磁盘已满。已保存的都在,请联系工程师。',
  },
}
