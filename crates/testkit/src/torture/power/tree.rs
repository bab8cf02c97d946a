//! Files as a program sees them, and as the disk has them: what was not synchronised is only in the first, until it is.
//!
//! The model is as unkind as POSIX allows. `fsync` of a file makes its content and length durable, and not its name; `fsync`
//! of a folder makes its names durable. When the power goes, any of the other writes may have reached the disk or not, in
//! part or whole, whatever their order was; names in the order in which they changed, because file systems keep a journal of
//! those.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use crate::simulation::random::Chance;

/// The root.
pub const ROOT: u64 = 1;
/// What a disk writes whole or not at all, in bytes.
const SECTOR: usize = 512;

/// Something that cannot be done, as the system says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is none of that name or number.
    NotThere,
    /// There is one already.
    IsThere,
    /// It is a folder with something in it.
    NotEmpty,
    /// It is of the other kind.
    OtherKind,
}

/// A file system.
#[derive(Debug, Clone)]
pub struct Tree {
    nodes: BTreeMap<u64, Node>,
    next: u64,
}

#[derive(Debug, Clone)]
struct Node {
    mode: u16,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    File { seen: Vec<u8>, durable: Vec<u8>, unsynced: Vec<Change> },
    Folder { seen: Names, durable: Names, unsynced: Vec<(OsString, Option<u64>)> },
}

type Names = BTreeMap<OsString, u64>;

#[derive(Debug, Clone)]
enum Change {
    Written { at: usize, bytes: Vec<u8> },
    Length(usize),
}

/// What is said of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attributes {
    /// Its number.
    pub number: u64,
    /// Bytes; 0 of a folder.
    pub length: u64,
    /// Whether it is a folder.
    pub is_folder: bool,
    /// How many names it has.
    pub names: u32,
    /// Who may do what.
    pub mode: u16,
}

impl Tree {
    /// An empty one.
    pub fn new() -> Self {
        let root = Node { mode: 0o755, kind: Kind::Folder { seen: Names::new(), durable: Names::new(), unsynced: Vec::new() } };
        Self { nodes: BTreeMap::from([(ROOT, root)]), next: ROOT.saturating_add(1) }
    }

    /// What is said of a node.
    ///
    /// # Errors
    /// A [`Refusal`]; so for every function here.
    pub fn attributes(&self, number: u64) -> Result<Attributes, Refusal> {
        let node = self.nodes.get(&number).ok_or(Refusal::NotThere)?;
        let (length, is_folder) = match &node.kind {
            Kind::File { seen, .. } => (u64::try_from(seen.len()).unwrap_or(u64::MAX), false),
            Kind::Folder { .. } => (0, true),
        };
        Ok(Attributes { number, length, is_folder, names: self.count_names(number), mode: node.mode })
    }

    fn count_names(&self, number: u64) -> u32 {
        let folders = self.nodes.values().filter_map(|node| match &node.kind {
            Kind::Folder { seen, .. } => Some(seen),
            Kind::File { .. } => None,
        });
        let names = folders.flat_map(BTreeMap::values).filter(|named| **named == number).count();
        u32::try_from(names).unwrap_or(u32::MAX)
    }

    /// The node of a name.
    pub fn find(&self, folder: u64, name: &OsStr) -> Result<u64, Refusal> {
        self.names(folder)?.get(name).copied().ok_or(Refusal::NotThere)
    }

    /// Every name of a folder.
    pub fn names(&self, folder: u64) -> Result<&Names, Refusal> {
        match &self.nodes.get(&folder).ok_or(Refusal::NotThere)?.kind {
            Kind::Folder { seen, .. } => Ok(seen),
            Kind::File { .. } => Err(Refusal::OtherKind),
        }
    }

    /// Makes a file or a folder.
    pub fn make(&mut self, folder: u64, name: &OsStr, mode: u16, is_folder: bool) -> Result<u64, Refusal> {
        if self.find(folder, name).is_ok() {
            return Err(Refusal::IsThere);
        }
        let number = self.next;
        self.next = self.next.saturating_add(1);
        let kind = if is_folder {
            Kind::Folder { seen: Names::new(), durable: Names::new(), unsynced: Vec::new() }
        } else {
            Kind::File { seen: Vec::new(), durable: Vec::new(), unsynced: Vec::new() }
        };
        self.nodes.insert(number, Node { mode, kind });
        self.name(folder, name, Some(number))?;
        Ok(number)
    }

    /// Gives a file one more name.
    pub fn link(&mut self, number: u64, folder: u64, name: &OsStr) -> Result<(), Refusal> {
        if self.find(folder, name).is_ok() {
            return Err(Refusal::IsThere);
        }
        self.name(folder, name, Some(number))
    }

    /// Takes a name away; who has the file open keeps it.
    pub fn remove(&mut self, folder: u64, name: &OsStr) -> Result<(), Refusal> {
        let number = self.find(folder, name)?;
        if self.names(number).is_ok_and(|names| !names.is_empty()) {
            return Err(Refusal::NotEmpty);
        }
        self.name(folder, name, None)
    }

    /// Gives a node another name; one that had it loses it. `keep` refuses instead.
    pub fn rename(&mut self, from: (u64, &OsStr), to: (u64, &OsStr), keep: bool) -> Result<(), Refusal> {
        let number = self.find(from.0, from.1)?;
        if keep && self.find(to.0, to.1).is_ok() {
            return Err(Refusal::IsThere);
        }
        self.name(to.0, to.1, Some(number))?;
        if from == to { Ok(()) } else { self.name(from.0, from.1, None) }
    }

    /// Changes who may do what.
    pub fn set_mode(&mut self, number: u64, mode: u16) -> Result<(), Refusal> {
        self.nodes.get_mut(&number).ok_or(Refusal::NotThere)?.mode = mode;
        Ok(())
    }

    /// Cuts a file off or fills it with zeros.
    pub fn set_length(&mut self, number: u64, length: usize) -> Result<(), Refusal> {
        self.change(number, Change::Length(length))
    }

    /// Writes into a file.
    pub fn write(&mut self, number: u64, at: usize, bytes: &[u8]) -> Result<(), Refusal> {
        self.change(number, Change::Written { at, bytes: bytes.to_vec() })
    }

    /// So many bytes from there, or as many as there are.
    pub fn read(&self, number: u64, at: usize, most: usize) -> Result<&[u8], Refusal> {
        match &self.nodes.get(&number).ok_or(Refusal::NotThere)?.kind {
            Kind::File { seen, .. } => {
                let end = at.saturating_add(most).min(seen.len());
                Ok(seen.get(at..end).unwrap_or_default())
            }
            Kind::Folder { .. } => Err(Refusal::OtherKind),
        }
    }

    /// `fsync`: content and length of a file, the names of a folder.
    pub fn synchronise(&mut self, number: u64) -> Result<(), Refusal> {
        match &mut self.nodes.get_mut(&number).ok_or(Refusal::NotThere)?.kind {
            Kind::File { seen, durable, unsynced } => {
                for change in unsynced.drain(..) {
                    apply(durable, &change);
                }
                debug_assert_eq!(seen, durable, "what is seen is what was changed");
            }
            Kind::Folder { seen, durable, unsynced } => {
                durable.clone_from(seen);
                unsynced.clear();
            }
        }
        Ok(())
    }

    /// The power goes. What was synchronised stays; of the rest, whatever chance says.
    #[must_use]
    pub fn after_a_power_cut(mut self, chance: &mut Chance) -> Self {
        for node in self.nodes.values_mut() {
            match &mut node.kind {
                Kind::File { seen, durable, unsynced } => {
                    for change in unsynced.drain(..) {
                        for reached in what_reached_the_disk(change, chance) {
                            apply(durable, &reached);
                        }
                    }
                    seen.clone_from(durable);
                }
                Kind::Folder { seen, durable, unsynced } => {
                    let reached = chance.below(unsynced.len().saturating_add(1));
                    for (name, number) in unsynced.drain(..).take(reached) {
                        set(durable, name, number);
                    }
                    seen.clone_from(durable);
                }
            }
        }
        self.without_the_nameless()
    }

    fn without_the_nameless(mut self) -> Self {
        let mut named = vec![ROOT];
        let mut index = 0;
        while let Some(number) = named.get(index).copied() {
            named.extend(self.names(number).into_iter().flat_map(BTreeMap::values).copied());
            index = index.saturating_add(1);
        }
        named.sort_unstable();
        self.nodes.retain(|number, _| named.binary_search(number).is_ok());
        self
    }

    fn change(&mut self, number: u64, change: Change) -> Result<(), Refusal> {
        match &mut self.nodes.get_mut(&number).ok_or(Refusal::NotThere)?.kind {
            Kind::File { seen, unsynced, .. } => {
                apply(seen, &change);
                unsynced.push(change);
                Ok(())
            }
            Kind::Folder { .. } => Err(Refusal::OtherKind),
        }
    }

    fn name(&mut self, folder: u64, name: &OsStr, number: Option<u64>) -> Result<(), Refusal> {
        match &mut self.nodes.get_mut(&folder).ok_or(Refusal::NotThere)?.kind {
            Kind::Folder { seen, unsynced, .. } => {
                set(seen, name.to_owned(), number);
                unsynced.push((name.to_owned(), number));
                Ok(())
            }
            Kind::File { .. } => Err(Refusal::OtherKind),
        }
    }
}

impl Default for Tree {
    fn default() -> Self {
        Self::new()
    }
}

fn set(names: &mut Names, name: OsString, number: Option<u64>) {
    match number {
        Some(number) => names.insert(name, number),
        None => names.remove(&name),
    };
}

fn apply(content: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Length(length) => content.resize(*length, 0),
        Change::Written { at, bytes } => {
            let end = at.saturating_add(bytes.len());
            if content.len() < end {
                content.resize(end, 0);
            }
            if let Some(place) = content.get_mut(*at..end) {
                place.copy_from_slice(bytes);
            }
        }
    }
}

/// All of a change, none of it, or some of its sectors.
fn what_reached_the_disk(change: Change, chance: &mut Chance) -> Vec<Change> {
    match (chance.below(3), change) {
        (0, _) => Vec::new(),
        (1, Change::Written { at, bytes }) => sectors(at, &bytes).filter(|_| chance.percent(50)).collect(),
        (_, change) => vec![change],
    }
}

/// A write as the disk does it: to the end of a sector, then sector by sector.
fn sectors(at: usize, bytes: &[u8]) -> impl Iterator<Item = Change> {
    let to_the_first_end = SECTOR.saturating_sub(at.checked_rem(SECTOR).unwrap_or(0)).min(bytes.len());
    let (first, rest) = bytes.split_at(to_the_first_end);
    let mut place = at;
    std::iter::once(first).chain(rest.chunks(SECTOR)).map(move |piece| {
        let at = place;
        place = place.saturating_add(piece.len());
        Change::Written { at, bytes: piece.to_vec() }
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail")]
mod tests {
    use super::*;

    fn with_a_file(content: &[u8]) -> (Tree, u64) {
        let mut tree = Tree::new();
        let file = tree.make(ROOT, OsStr::new("a"), 0o600, false).unwrap();
        tree.write(file, 0, content).unwrap();
        (tree, file)
    }

    fn content(tree: &Tree, name: &str) -> Option<Vec<u8>> {
        let file = tree.find(ROOT, OsStr::new(name)).ok()?;
        Some(tree.read(file, 0, usize::MAX).unwrap().to_vec())
    }

    /// Everything that some of so many power cuts left of `a`.
    fn left(tree: &Tree, cuts: u64) -> std::collections::BTreeSet<Option<Vec<u8>>> {
        (0..cuts).map(|seed| content(&tree.clone().after_a_power_cut(&mut Chance::of(seed)), "a")).collect()
    }

    #[test]
    fn what_is_synchronised_stays() {
        let (mut tree, file) = with_a_file(b"kept");
        tree.synchronise(file).unwrap();
        tree.synchronise(ROOT).unwrap();
        assert_eq!(left(&tree, 50), [Some(b"kept".to_vec())].into());
    }

    #[test]
    fn a_name_is_not_kept_with_the_content() {
        let (mut tree, file) = with_a_file(b"kept");
        tree.synchronise(file).unwrap();
        assert_eq!(left(&tree, 50), [None, Some(b"kept".to_vec())].into());
    }

    #[test]
    fn of_what_is_not_synchronised_any_part_may_stay() {
        let (mut tree, file) = with_a_file(&[1; 1024]);
        tree.synchronise(ROOT).unwrap();
        let halves = |one, other| Some([[one; 512], [other; 512]].concat());
        assert!(left(&tree, 200).is_superset(&[Some(Vec::new()), halves(1, 1), halves(0, 1), Some(vec![1; 512])].into()));
        tree.synchronise(file).unwrap();
        tree.write(file, 0, &[2; 1024]).unwrap();
        assert_eq!(left(&tree, 200), [halves(1, 1), halves(1, 2), halves(2, 1), halves(2, 2)].into());
    }

    #[test]
    fn a_later_write_may_stay_without_the_one_before() {
        let (mut tree, file) = with_a_file(b"a.");
        tree.synchronise(file).unwrap();
        tree.synchronise(ROOT).unwrap();
        tree.write(file, 0, b"b").unwrap();
        tree.write(file, 1, b"b").unwrap();
        assert!(left(&tree, 100).contains(&Some(b"ab".to_vec())));
    }

    #[test]
    fn names_change_in_their_order() {
        let (mut tree, file) = with_a_file(b"new");
        tree.synchronise(file).unwrap();
        tree.synchronise(ROOT).unwrap();
        tree.rename((ROOT, OsStr::new("a")), (ROOT, OsStr::new("b")), false).unwrap();
        let both = (0..50).map(|seed| {
            let tree = tree.clone().after_a_power_cut(&mut Chance::of(seed));
            (content(&tree, "a").is_some(), content(&tree, "b").is_some())
        });
        assert!(both.clone().all(|(old, new)| old || new), "a file that is renamed is never without a name");
        assert!(both.clone().any(|found| found == (true, false)) && both.clone().any(|found| found == (false, true)));
    }

    #[test]
    fn folders_with_something_in_them_stay() {
        let mut tree = Tree::new();
        let folder = tree.make(ROOT, OsStr::new("f"), 0o700, true).unwrap();
        tree.make(folder, OsStr::new("a"), 0o600, false).unwrap();
        assert_eq!(tree.remove(ROOT, OsStr::new("f")), Err(Refusal::NotEmpty));
        tree.remove(folder, OsStr::new("a")).unwrap();
        assert_eq!(tree.remove(ROOT, OsStr::new("f")), Ok(()));
        assert_eq!(tree.find(ROOT, OsStr::new("f")), Err(Refusal::NotThere));
    }
}
