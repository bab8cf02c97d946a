//! What people write into orders, put together from the pieces that they use.

use super::chance::Chance;

const PLACES: &[&str] = &[
    "3号病房卫生间",
    "护士站",
    "治疗室",
    "12床床头",
    "走廊东侧",
    "医生值班室",
    "处置室",
    "开水间",
    "污洗间",
    "家属等候区",
    "抢救室",
    "示教室",
    "5号病房",
    "药房窗口",
    "候诊区第二排",
    "检查室内",
    "配餐间",
    "库房门口",
    "电梯厅旁",
    "换药室",
    "更衣室",
    "主任办公室",
    "患者活动室",
    "8号诊室",
];
const FAULTS: &[&str] = &[
    "洗手池水龙头关不严一直滴水",
    "下水道堵塞返水",
    "马桶冲水后不停水",
    "感应龙头没有反应",
    "花洒软管漏水",
    "热水器出水不热",
    "角阀漏水地面已湿",
    "地漏有异味",
    "洗手池下水管脱落",
    "水管接头渗水",
    "墙面返潮起皮",
    "混水阀拧不动",
    "水压很小接不上水",
    "吊顶有水滴下来",
    "排风扇处滴水",
    "马桶盖板断裂",
];
const REMARKS: &[&str] = &[
    "病人多,请尽快处理",
    "昨天夜班就报过一次",
    "已放置防滑警示牌",
    "上午十点后有检查,请避开",
    "已暂时关闭总阀",
    "来之前请先打电话",
    "担心影响楼下药房",
    "请带梯子",
    "患者家属已投诉",
    "护士长在科室等",
    "",
    "",
];
const CAUSES: &[&str] = &[
    "阀芯老化磨损",
    "密封圈变形",
    "异物堵塞管道",
    "接头松动",
    "感应器电池耗尽",
    "软管开裂",
    "浮球卡住",
    "安装时生料带不足",
    "水垢过多",
    "使用频繁正常损耗",
];
const REMEDIES: &[&str] = &[
    "更换阀芯并试水,无渗漏",
    "疏通管道,清理杂物后排水通畅",
    "更换软管与密封圈,观察十分钟正常",
    "紧固接头,重新缠生料带",
    "更换感应器电池,测试正常",
    "清洗滤网并调整水压",
    "更换角阀,清理现场",
    "更换进水阀,调整水位",
];
const SURNAMES: &[&str] = &["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "欧阳", "马", "朱", "胡"];
const TITLES: &[&str] = &["护士", "护士长", "医生", "老师", "主任", "保洁"];

/// What the caller says is wrong.
pub fn description(chance: &mut Chance) -> String {
    let remark = chance.text_of(REMARKS);
    let separator = if remark.is_empty() { "" } else { "," };
    format!("{}{}{separator}{remark}", chance.text_of(PLACES), chance.text_of(FAULTS))
}

/// What was found.
pub fn cause(chance: &mut Chance) -> String {
    chance.text_of(CAUSES)
}

/// What was done.
pub fn remedy(chance: &mut Chance) -> String {
    chance.text_of(REMEDIES)
}

/// Who called, as the centre writes it.
pub fn caller(chance: &mut Chance) -> String {
    format!("{}{}", chance.text_of(SURNAMES), chance.text_of(TITLES))
}
