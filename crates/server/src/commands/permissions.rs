//! `permissions`

use std::process::ExitCode;

use clap::Args;
use domain::fault::Fault;
use domain::permissions::{
    ADMINISTRATORS, COMMANDS, CommandAsks, Duty, KINDS, KindLine, OF_CONTRACTORS, OrderScope, ROUTES, RouteAsks, SCOPES, may_command,
    scope_of,
};
use domain::role::Role;
use serde_json::{Value, json};

use super::say;

const NO: &str = "·";
const YES: &str = "yes";
/// The question does not arise: no role is asked for.
const NOT_ASKED: &str = "";

/// Prints who may do what: the table that the server and the devices keep to.
#[derive(Args)]
pub struct Permissions {
    /// As JSON, for programs 以 JSON 输出
    #[arg(long)]
    json: bool,
}

impl Permissions {
    pub(super) fn run(self) -> Result<ExitCode, Fault> {
        if self.json {
            say(as_json())?;
        } else {
            say(as_text())?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// One block of the text: a row has a name, what is asked besides the role, and a word for each role.
struct Block {
    title: &'static str,
    rows: Vec<(String, String, Vec<&'static str>)>,
}

fn as_text() -> String {
    [kinds(), commands(), routes(), scopes(), administrators()].iter().map(block_as_text).collect::<Vec<_>>().join("\n\n")
}

fn kinds() -> Block {
    let row = |line: &KindLine| {
        let rule = if line.by_rule { "the server, by rule" } else { "" };
        (line.kind.to_owned(), rule.to_owned(), for_each_role(|role| where_recorded(line, role)))
    };
    Block { title: "Kinds of events 事件: recorded on a device, at the centre, or both", rows: KINDS.iter().map(row).collect() }
}

fn where_recorded(line: &KindLine, role: Role) -> &'static str {
    match (line.on_device.contains(&role), line.at_centre.contains(&role)) {
        (true, true) => "both",
        (true, false) => "device",
        (false, true) => "centre",
        (false, false) => NO,
    }
}

fn commands() -> Block {
    let row = |line: &domain::permissions::CommandLine| {
        (line.command.to_owned(), command_asks(line.asks), for_each_role(|role| yes_or_no(may_command(role, line.command))))
    };
    Block { title: "Commands of a device 设备命令", rows: COMMANDS.iter().map(row).collect() }
}

fn command_asks(asks: CommandAsks) -> String {
    match asks {
        CommandAsks::Nothing => "nothing".to_owned(),
        CommandAsks::Enrolled => "enrolled".to_owned(),
        CommandAsks::RecorderOf(kind) => format!("records {kind}"),
    }
}

fn routes() -> Block {
    let row = |line: &domain::permissions::RouteLine| {
        let name = format!("{} {}", line.method.as_str(), line.path);
        (name, route_asks(line.asks), for_each_role(|role| line.asks.permits(role).map_or(NOT_ASKED, yes_or_no)))
    };
    Block { title: "Routes of the server 服务器接口", rows: ROUTES.iter().map(row).collect() }
}

fn route_asks(asks: RouteAsks) -> String {
    match asks {
        RouteAsks::Nothing => "nothing".to_owned(),
        RouteAsks::Code => "one-time code".to_owned(),
        RouteAsks::Credential => "credential".to_owned(),
        RouteAsks::AnySession | RouteAsks::Session(_) => "session".to_owned(),
        RouteAsks::RecorderOf(kind) => format!("session, records {kind}"),
        RouteAsks::ViewerOfOrders => "session, sees orders".to_owned(),
    }
}

fn scopes() -> Block {
    let of_contractor = |role: Role| if OF_CONTRACTORS.contains(&role) { scope_of(role, true).as_str() } else { NO };
    let rows = vec![
        ("the hospital's own people".to_owned(), String::new(), for_each_role(|role| scope_of(role, false).as_str())),
        ("a contractor's people 外包单位".to_owned(), String::new(), for_each_role(of_contractor)),
    ];
    Block {
        title: "Orders that the centre shows 可见工单 (the whole hospital, or the own, which are also those that its list has; everybody may open those they have part in)",
        rows,
    }
}

fn administrators() -> Block {
    let rows = ADMINISTRATORS.iter().map(|line| {
        let programs = line.programs.iter().map(|program| format!("plantroom-server {program}")).collect::<Vec<_>>().join(", ");
        (duty(line.duty).to_owned(), programs, for_each_role(|role| yes_or_no(role == line.role)))
    });
    Block {
        title: "Three administrators 三员分立 (beside the routes above: which programs on the server's machine are theirs)",
        rows: rows.collect(),
    }
}

fn duty(duty: Duty) -> &'static str {
    match duty {
        Duty::System => "runs the system 系统",
        Duty::Security => "who and what comes in 安全",
        Duty::Audit => "watches the record 审计",
    }
}

fn for_each_role(word: impl Fn(Role) -> &'static str) -> Vec<&'static str> {
    Role::OF_PEOPLE.iter().map(|role| word(*role)).collect()
}

fn yes_or_no(permitted: bool) -> &'static str {
    if permitted { YES } else { NO }
}

fn block_as_text(block: &Block) -> String {
    let name_width = widest(block.rows.iter().map(|(name, _, _)| name.as_str()));
    let asks_width = widest(block.rows.iter().map(|(_, asks, _)| asks.as_str()));
    let line = |name: &str, asks: &str, words: &[&str]| {
        let columns: Vec<String> = words.iter().enumerate().map(|(column, word)| padded(word, column_width(block, column))).collect();
        format!("{}  {}  {}", padded(name, name_width), padded(asks, asks_width), columns.join(" ")).trim_end().to_owned()
    };
    let (upper, lower): (Vec<_>, Vec<_>) = Role::OF_PEOPLE.iter().map(|role| heading(*role)).unzip();
    let rows = block.rows.iter().map(|(name, asks, words)| line(name, asks, words));
    [block.title.to_owned(), line("", "", &upper), line("", "", &lower)].into_iter().chain(rows).collect::<Vec<_>>().join("\n")
}

/// A role's name over its column, in two lines where it has two words.
fn heading(role: Role) -> (&'static str, &'static str) {
    role.as_str().split_once('_').unwrap_or(("", role.as_str()))
}

fn column_width(block: &Block, column: usize) -> usize {
    let headings = Role::OF_PEOPLE.get(column).map(|role| heading(*role));
    let headings = headings.into_iter().flat_map(|(upper, lower)| [upper, lower]);
    widest(block.rows.iter().filter_map(|(_, _, words)| words.get(column).copied()).chain(headings))
}

fn widest<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(width).max().unwrap_or(0)
}

/// Cells on a terminal: Chinese characters take two.
fn width(text: &str) -> usize {
    text.chars().map(|character| if character >= '\u{2e80}' { 2_usize } else { 1 }).sum()
}

fn padded(text: &str, to: usize) -> String {
    format!("{text}{}", " ".repeat(to.saturating_sub(width(text))))
}

fn as_json() -> Value {
    let kinds = KINDS
        .iter()
        .map(|line| json!({ "kind": line.kind, "on_device": line.on_device, "at_centre": line.at_centre, "by_rule": line.by_rule }));
    let commands = COMMANDS.iter().map(
        |line| json!({ "command": line.command, "asks": command_asks(line.asks), "roles": roles(|role| may_command(role, line.command)) }),
    );
    let routes = ROUTES.iter().map(|line| {
        let asked = line.asks.permits(Role::System).map(|_| roles(|role| line.asks.permits(role) == Some(true)));
        json!({ "method": line.method.as_str(), "path": line.path, "asks": route_asks(line.asks), "roles": asked })
    });
    let scopes = SCOPES.iter().map(|line| {
        let of_contractor = OF_CONTRACTORS.contains(&line.role).then(|| line.of_contractors.as_str());
        json!({ "role": line.role, "orders": OrderScope::as_str(line.orders), "of_contractor": of_contractor })
    });
    let administrators = ADMINISTRATORS.iter().map(|line| json!({ "role": line.role, "duty": duty(line.duty), "programs": line.programs }));
    json!({
        "administrators": administrators.collect::<Vec<_>>(),
        "roles": Role::OF_PEOPLE,
        "kinds": kinds.collect::<Vec<_>>(),
        "commands": commands.collect::<Vec<_>>(),
        "routes": routes.collect::<Vec<_>>(),
        "scopes": scopes.collect::<Vec<_>>(),
    })
}

fn roles(permitted: impl Fn(Role) -> bool) -> Vec<Role> {
    Role::OF_PEOPLE.iter().copied().filter(|role| permitted(*role)).collect()
}
