//! Folders in memory, where there is room for them: a disk would be waited for thousands of times a second.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::thread::available_parallelism;

/// Where the system keeps files in memory.
const IN_MEMORY: &str = "/dev/shm";
/// What one story at a time needs there at most, in KiB.
const ROOM_OF_ONE_KIB: u64 = 64 * 1024;

/// Where temporary folders are made: in memory, unless there is less room than stories on every processor need, as in a container, or
/// where killed runs have left theirs; then where the system has them.
pub fn place() -> PathBuf {
    static PLACE: OnceLock<PathBuf> = OnceLock::new();
    PLACE.get_or_init(|| if has_room(free_kib()) { PathBuf::from(IN_MEMORY) } else { std::env::temp_dir() }).clone()
}

fn has_room(free_kib: Option<u64>) -> bool {
    let at_once = available_parallelism().map_or(1, |processors| u64::try_from(processors.get()).unwrap_or(u64::MAX));
    free_kib.is_some_and(|free| free >= ROOM_OF_ONE_KIB.saturating_mul(at_once))
}

/// As `df` says; `None` where it cannot.
fn free_kib() -> Option<u64> {
    let output = Command::new("df").args(["-Pk", IN_MEMORY]).output().ok().filter(|output| output.status.success())?;
    free_of_table(&String::from_utf8_lossy(&output.stdout))
}

/// The fourth column of the line under the header (POSIX).
fn free_of_table(table: &str) -> Option<u64> {
    table.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_used_where_it_has_room() {
        let table = |free: &str| format!("Filesystem 1024-blocks Used Available Capacity Mounted on\nshm 65536 1 {free} 1% /dev/shm\n");
        assert_eq!(free_of_table(&table("65535")), Some(65_535));
        assert_eq!((free_of_table(&table("-")), free_of_table("")), (None, None));
        for (free, expected) in [(None, false), (Some(65_535), false), (Some(u64::MAX), true)] {
            assert_eq!(has_room(free), expected, "{free:?}");
        }
    }
}
