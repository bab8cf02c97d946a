import type { DepartmentFound, FaultFound, LabourItemFound, LocationFound, PartFound, StaffAnswer } from '../types'

/** A few pieces of an invented hospital, for looking at screens without a device. */
export const places: readonly LocationFound[] = [
  { location: 'L00001', label: '本部院区 外科楼 B2 空调机房' },
  { location: 'L00017', label: '本部院区 外科楼 5层 护士站' },
  { location: 'L00042', label: '本部院区 门诊楼 2层 换药室' },
  { location: 'L00108', label: '本部院区 内科楼 11层 东侧公共卫生间(男)' },
]

export const departments: readonly DepartmentFound[] = [
  { department: '001002', name: '心血管内科' },
  { department: '001003', name: '呼吸与危重症医学科' },
  { department: '001020', name: '普外科二病区' },
]

export const faults: readonly FaultFound[] = [
  { fault: 'F001', name: '水龙头漏水', default_urgency: 'urgent', own_trade: true },
  { fault: 'F002', name: '下水道堵塞', default_urgency: 'urgent', own_trade: true },
  { fault: 'F003', name: '马桶堵塞', default_urgency: 'urgent', own_trade: true },
  { fault: 'F004', name: '暖气不热', default_urgency: 'normal', own_trade: true },
  { fault: 'F005', name: '水管爆裂', default_urgency: 'critical', own_trade: true },
  { fault: 'F007', name: '灯不亮', default_urgency: 'normal', own_trade: false },
  { fault: 'F012', name: '门关不上', default_urgency: 'planned', own_trade: false },
]

export const parts: readonly PartFound[] = [
  { part: 'BJ000001', name: '角阀 DN15', brand: '公牛', unit: '只', unit_price_fen: 250, supplier_barcode: '6904965695674' },
  { part: 'BJ000002', name: '角阀 DN15', brand: '正泰', unit: '个', unit_price_fen: 12_000, supplier_barcode: '6904965695674' },
  { part: 'BJ000004', name: '水龙头(感应)', brand: '九牧', unit: '只', unit_price_fen: 3_500, supplier_barcode: '6901852634167' },
  { part: 'BJ000008', name: '软管 50cm', brand: '海天', unit: '个', unit_price_fen: 3_500, supplier_barcode: '6901923534181' },
  { part: 'BJ000010', name: '密封圈', brand: '海天', unit: '套', unit_price_fen: 680, supplier_barcode: '6904968394109' },
]

export const labour: readonly LabourItemFound[] = [
  { item: 'S0001', name: '水龙头漏水-检修', unit: '次', unit_price_fen: 4_000, includes_material: false },
  { item: 'S0002', name: '水龙头漏水-更换', unit: '个', unit_price_fen: 12_000, includes_material: false },
  { item: 'S0003', name: '下水道堵塞-检修', unit: '次', unit_price_fen: 2_500, includes_material: false },
  { item: 'S0009', name: '水管爆裂-检修', unit: '次', unit_price_fen: 4_000, includes_material: true },
]

export const staff: readonly StaffAnswer[] = [
  { staff_no: '020007', name: '潘勇', department: '001002', department_name: '心血管内科', standing: 'valid' },
  { staff_no: '020188', name: '欧阳晓燕', department: '001020', department_name: '普外科二病区', standing: 'valid' },
  { staff_no: '020991', name: '毛斌勇', department: '001003', department_name: '呼吸与危重症医学科', standing: 'not_valid' },
  { staff_no: 'W5588', name: '刘怡敏', department: '001094', department_name: '后勤保障部', standing: 'maintenance_staff' },
  { staff_no: '025518', name: '袁佳静', department: '001094', department_name: '后勤保障部', standing: 'own' },
]
