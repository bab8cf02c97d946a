import type { ContradictionKind } from '../backend/types'
import type { SituationKind } from '../order/notices'

type NoticeWords = { readonly title: string; readonly safe: string; readonly next: string }

const contradictions = {
  worked_while_cancelled: { title: '您维修期间，工单被取消了', safe: '您的维修和科室确认都算数，已交调度员核实。', next: '不用再做什么。' },
  merged_while_repaired: { title: '您维修期间，工单被合并到另一张', safe: '您的维修算数，就记在这张工单上。', next: '照常做完，请科室确认；另一张由调度员处理。' },
  cancelled_before_work: { title: '您开始前，工单已被取消', safe: '您的维修和用料都保留着，没有丢。', next: '请等调度员裁定；在那之前不向科室收费。' },
  completed_after_reassignment: { title: '改派期间，维修已经完成', safe: '以先完成的维修为准。', next: '改派的人不用再去。' },
  both_worked: { title: '两个人都做了这张工单', safe: '两个人的用料都算，工时只计一次。', next: '班组长会分配工时。' },
  two_accepted: { title: '两个人都接了这张工单', safe: '以先到服务器的接单为准，做过的都保留。', next: '请看上面的维修人员是谁；有疑问问班组长。' },
  wrong_clock: { title: '设备时间可能不准', safe: '记录都保留，时间已按服务器校正。', next: '请把手机时间设为自动。' },
  confirmer_not_valid: { title: '确认人的工号当时已停用', safe: '确认和维修都保留着。', next: '等医院核实；需要时请科室再确认一次。' },
  price_changed: { title: '价格有变化', safe: '按完工当天的价格计算。', next: '不用做什么，差额已标出。' },
  confirmed_twice: { title: '科室确认了两次', safe: '以第一次为准，只收费一次。', next: '不用做什么。' },
  confirmed_and_refused: { title: '有人确认，有人说没修好', safe: '两条都保留着，暂不收费。', next: '等调度员处理；可以先和科室沟通。' },
  confirmer_unknown: { title: '确认人的工号还没核对上', safe: '维修已确认，暂不收费。', next: '医院更新名单后会自动核对。' },
  confirmation_rejected: { title: '确认无效，需要再确认一次', safe: '维修记录都在，只是确认的工号无效。', next: '请找科室人员用自己的工号再确认。' },
  confirmed_by_maintenance: { title: '由后勤人员确认', safe: '确认有效，医院会核查。', next: '不用做什么。' },
  confirmed_in_burst: { title: '同一工号短时间内确认了多张工单', safe: '确认有效，医院会核查。', next: '不用做什么。' },
  confirmer_never_of_the_department: { title: '确认人一直不是受益科室的人', safe: '确认有效，医院会核查。', next: '不用做什么。' },
  confirmed_after_many_look_ups: { title: '确认前查过很多工号', safe: '确认有效，医院会核查。', next: '不用做什么。' },
  confirmer_had_left: { title: '按后来的名单，确认人的工号当时已停用', safe: '确认有效，医院会核查。', next: '不用做什么。' },
  withdrawn_while_confirmed: { title: '确认的同时撤销了一条', safe: '撤销有效，已标出。', next: '等核算员核对。' },
  returned_more_than_issued: { title: '退库比领用的多', safe: '记录都保留着。', next: '请和库管员核对实物。' },
  dispatch_overruled: { title: '您接单时，调度员已派给别的班组', safe: '您的接单有效，做过的都保留着。', next: '继续维修；调度员会告诉那个班组不用去。' },
  step_did_not_fit: { title: '有一步和工单状态对不上', safe: '那一步保留在经过里，没有改变状态。', next: '等调度员核实。' },
} as const satisfies Record<ContradictionKind, NoticeWords>

const situations = {
  cancelled: { title: '工单已取消', safe: '原因：{reason}。您记过的都保留着。', next: '不用再去。' },
  cancelled_with_parts: { title: '工单已取消，备件还没退', safe: '原因：{reason}。您记过的都保留着。', next: '不用再去。请把没用的备件退回库房，在下面扫码退库。' },
  taken_from_me: { title: '任务已转给 {name}', safe: '您做过的都算数，都保留着。', next: '不用再去。' },
  taken_from_me_with_parts: { title: '任务已转给 {name}', safe: '您做过的都算数，都保留着。', next: '不用再去。手上没用的备件请交给{name}，或找库管员。' },
  with_somebody_else: { title: '现在由 {name} 负责', safe: '您记过的都保留着。', next: '要帮忙请先和{name}联系。' },
  assigned_to_somebody_else: { title: '已派给 {name}', safe: '您接单就是由您接手，中心看得到。', next: '请先和{name}联系。' },
  merged: { title: '和 {name} 是同一处故障，已合并', safe: '您记过的都保留着。', next: '不用再去。' },
  merged_with_parts: { title: '和 {name} 是同一处故障，已合并，备件还没退', safe: '您记过的都保留着。', next: '不用再去。请把没用的备件退回库房，在下面扫码退库。' },
  absorbed: { title: '另有 {count} 次报修，也是这处故障', safe: '{reason}', next: '到场时请一并看看。' },
  set_aside: { title: '有 {count} 步没有生效', safe: '已上传，保留在经过里。原因：{reason}。', next: '请把这张工单告诉班组长。' },
  held: { title: '有 {count} 步被服务器暂存', safe: '没有丢。原因：{reason}。', next: '一般不用做什么；一天后还这样请告诉班组长。' },
  left: { title: '{count} 步维持不生效', safe: '医院已核查，保留在经过里。理由：{reason}', next: '不用再做什么；有疑问请找调度员。' },
  return_requested: { title: '已申请退回', safe: '原因：{reason}。工单还在您名下。', next: '等班组长或调度员处理。' },
  suspended: { title: '挂单：{reason}', safe: '{note}', next: '可以继续时点“继续维修”。' },
  approval_pending: { title: '挂单等待批准', safe: '挂单已生效。超过 24 小时要班组长批准。', next: '不用做什么。' },
  refused: { title: '科室说还没修好', safe: '原因：{reason}', next: '请继续维修，修好后再完工。' },
} as const satisfies Record<SituationKind, NoticeWords>

/** Everything unusual about an order: what happened, what is safe, what to do. */
export const noticesZh = { contradiction: contradictions, situation: situations } as const
