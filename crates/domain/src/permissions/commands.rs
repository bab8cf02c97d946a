//! Role × command of a device.

use super::kinds::may_record_on_device;
use crate::role::Role;

/// What a command asks of whoever gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommandAsks {
    /// Nothing: it works before anybody is enrolled, too.
    Nothing,
    /// To be the person of the device, in whatever role: who has another role by now still sees what became of the own work.
    Enrolled,
    /// To be the person of the device, in a role that may record this kind on it.
    RecorderOf(&'static str),
}

/// One command and who may give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandLine {
    /// The command, as it is written in `do`.
    pub command: &'static str,
    /// What it asks.
    pub asks: CommandAsks,
}

const fn line(command: &'static str, asks: CommandAsks) -> CommandLine {
    CommandLine { command, asks }
}

/// Every command of a device.
pub const COMMANDS: &[CommandLine] = &[
    line("list_orders", CommandAsks::Enrolled),
    line("get_order", CommandAsks::Enrolled),
    line("create_order", CommandAsks::RecorderOf("reported")),
    line("accept", CommandAsks::RecorderOf("accepted")),
    line("arrive", CommandAsks::RecorderOf("arrived")),
    line("suspend", CommandAsks::RecorderOf("suspended")),
    line("resume", CommandAsks::RecorderOf("resumed")),
    line("request_return", CommandAsks::RecorderOf("return_requested")),
    line("issue_part", CommandAsks::RecorderOf("part_issued")),
    line("return_part", CommandAsks::RecorderOf("part_returned")),
    line("add_labour", CommandAsks::RecorderOf("labour_added")),
    line("withdraw", CommandAsks::RecorderOf("withdrawn")),
    line("complete", CommandAsks::RecorderOf("completed")),
    // A directory is for whoever takes confirmations, and no oracle for others.
    line("look_up_staff", CommandAsks::RecorderOf("confirmed")),
    line("confirm", CommandAsks::RecorderOf("confirmed")),
    line("search_parts", CommandAsks::Enrolled),
    line("sync_status", CommandAsks::Nothing),
    line("sync_now", CommandAsks::Nothing),
    line("device_status", CommandAsks::Nothing),
    line("enroll", CommandAsks::Nothing),
    line("log_out", CommandAsks::Nothing),
    line("set_pin", CommandAsks::Enrolled),
    line("unlock", CommandAsks::Nothing),
    line("lock_now", CommandAsks::Nothing),
    line("touched", CommandAsks::Nothing),
    line("acknowledge_lost_numbers", CommandAsks::Enrolled),
    line("search_locations", CommandAsks::Enrolled),
    line("search_departments", CommandAsks::Enrolled),
    line("search_labour", CommandAsks::Enrolled),
    line("list_faults", CommandAsks::Enrolled),
];

/// Whether the person of a device may give this command in this role.
pub fn may_command(role: Role, command: &str) -> bool {
    COMMANDS.iter().find(|line| line.command == command).is_some_and(|line| match line.asks {
        CommandAsks::Nothing | CommandAsks::Enrolled => true,
        CommandAsks::RecorderOf(kind) => may_record_on_device(role, kind),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::KNOWN_KINDS;

    #[test]
    fn a_command_asks_for_a_kind_that_exists_and_stands_once() {
        for (index, line) in COMMANDS.iter().enumerate() {
            assert!(COMMANDS.iter().take(index).all(|earlier| earlier.command != line.command), "{}", line.command);
            let CommandAsks::RecorderOf(kind) = line.asks else { continue };
            assert!(KNOWN_KINDS.contains(&kind), "{kind}");
        }
    }

    #[test]
    fn what_has_no_line_is_nobody_s() {
        assert!(Role::OF_PEOPLE.iter().all(|role| !may_command(*role, "made_up")));
    }
}
