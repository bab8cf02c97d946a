//! A [`Tree`] as a file system of the machine (FUSE): programs use it like any other, and do not know that its power can go.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fuser::{
    AccessFlags, BackgroundSession, BsdFileFlags, Config, Errno, FileAttr, FileHandle, FileType, Filesystem, FopenFlags, Generation,
    INodeNo, LockOwner, OpenFlags, RenameFlags, ReplyAttr, ReplyCreate, ReplyData, ReplyDirectory, ReplyEmpty, ReplyEntry, ReplyOpen,
    ReplyStatfs, ReplyWrite, Request, TimeOrNow, WriteFlags,
};

use super::tree::{Attributes, Refusal, Tree};

/// How long the system may believe what it was told: nobody else changes anything.
const BELIEVED: Duration = Duration::from_secs(60);
/// Blocks of [`BLOCK`] bytes: more than anybody here needs.
const BLOCKS: u64 = 1 << 20;
const BLOCK: u32 = 4096;

/// What the mounted file system and whoever cuts its power share.
#[derive(Clone)]
pub struct Shared {
    tree: Arc<Mutex<Tree>>,
    is_cut: Arc<AtomicBool>,
}

impl Shared {
    /// With these files.
    pub fn new(tree: Tree) -> Self {
        Self { tree: Arc::new(Mutex::new(tree)), is_cut: Arc::new(AtomicBool::new(false)) }
    }

    /// From now on nothing reaches it: what is not done by now is never done.
    pub fn cut(&self) {
        // Whoever is at it has done it; nobody begins anew.
        let _at_it = self.tree();
        self.is_cut.store(true, Ordering::SeqCst);
    }

    /// Its files as they are.
    pub fn tree(&self) -> MutexGuard<'_, Tree> {
        self.tree.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(&self, work: impl FnOnce(&mut Tree) -> Result<T, Refusal>) -> Result<T, Errno> {
        let mut tree = self.tree();
        if self.is_cut.load(Ordering::SeqCst) {
            return Err(Errno::EIO);
        }
        work(&mut tree).map_err(|refusal| match refusal {
            Refusal::NotThere => Errno::ENOENT,
            Refusal::IsThere => Errno::EEXIST,
            Refusal::NotEmpty => Errno::ENOTEMPTY,
            Refusal::OtherKind => Errno::EISDIR,
        })
    }
}

/// Mounts the files; they are unmounted when what is returned is dropped.
///
/// # Errors
/// When this may not mount anything, or the system has no FUSE.
pub fn mount(shared: &Shared, place: &Path) -> std::io::Result<BackgroundSession> {
    fuser::spawn_mount(Mounted(shared.clone()), place, &Config::default())
}

struct Mounted(Shared);

fn attributes(of: Attributes) -> FileAttr {
    let (kind, nlink) = if of.is_folder { (FileType::Directory, 2) } else { (FileType::RegularFile, of.names) };
    FileAttr {
        ino: INodeNo(of.number),
        size: of.length,
        blocks: of.length.div_ceil(512),
        atime: UNIX_EPOCH,
        mtime: UNIX_EPOCH,
        ctime: UNIX_EPOCH,
        crtime: UNIX_EPOCH,
        kind,
        perm: of.mode,
        nlink,
        uid: 0,
        gid: 0,
        rdev: 0,
        blksize: BLOCK,
        flags: 0,
    }
}

fn permissions(mode: u32) -> u16 {
    u16::try_from(mode & 0o7777).unwrap_or(0o600)
}

fn place(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

fn empty(done: Result<(), Errno>, reply: ReplyEmpty) {
    match done {
        Ok(()) => reply.ok(),
        Err(errno) => reply.error(errno),
    }
}

fn entry(found: Result<Attributes, Errno>, reply: ReplyEntry) {
    match found {
        Ok(found) => reply.entry(&BELIEVED, &attributes(found), Generation(0)),
        Err(errno) => reply.error(errno),
    }
}

impl Filesystem for Mounted {
    fn lookup(&self, _request: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        entry(self.0.with(|tree| tree.attributes(tree.find(parent.0, name)?)), reply);
    }

    fn getattr(&self, _request: &Request, ino: INodeNo, _handle: Option<FileHandle>, reply: ReplyAttr) {
        match self.0.with(|tree| tree.attributes(ino.0)) {
            Ok(found) => reply.attr(&BELIEVED, &attributes(found)),
            Err(errno) => reply.error(errno),
        }
    }

    fn setattr(
        &self,
        _request: &Request,
        ino: INodeNo,
        mode: Option<u32>,
        _uid: Option<u32>,
        _gid: Option<u32>,
        size: Option<u64>,
        _atime: Option<TimeOrNow>,
        _mtime: Option<TimeOrNow>,
        _ctime: Option<SystemTime>,
        _handle: Option<FileHandle>,
        _crtime: Option<SystemTime>,
        _chgtime: Option<SystemTime>,
        _bkuptime: Option<SystemTime>,
        _flags: Option<BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        let set = self.0.with(|tree| {
            mode.map_or(Ok(()), |mode| tree.set_mode(ino.0, permissions(mode)))?;
            size.map_or(Ok(()), |size| tree.set_length(ino.0, place(size)))?;
            tree.attributes(ino.0)
        });
        match set {
            Ok(found) => reply.attr(&BELIEVED, &attributes(found)),
            Err(errno) => reply.error(errno),
        }
    }

    fn mkdir(&self, _request: &Request, parent: INodeNo, name: &OsStr, mode: u32, umask: u32, reply: ReplyEntry) {
        let made = self.0.with(|tree| {
            let number = tree.make(parent.0, name, permissions(mode & !umask), true)?;
            tree.attributes(number)
        });
        entry(made, reply);
    }

    fn unlink(&self, _request: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        empty(self.0.with(|tree| tree.remove(parent.0, name)), reply);
    }

    fn rmdir(&self, _request: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEmpty) {
        empty(self.0.with(|tree| tree.remove(parent.0, name)), reply);
    }

    fn link(&self, _request: &Request, ino: INodeNo, new_parent: INodeNo, new_name: &OsStr, reply: ReplyEntry) {
        let linked = self.0.with(|tree| {
            tree.link(ino.0, new_parent.0, new_name)?;
            tree.attributes(ino.0)
        });
        entry(linked, reply);
    }

    fn rename(
        &self,
        _request: &Request,
        parent: INodeNo,
        name: &OsStr,
        new_parent: INodeNo,
        new_name: &OsStr,
        flags: RenameFlags,
        reply: ReplyEmpty,
    ) {
        if flags.contains(RenameFlags::RENAME_EXCHANGE) {
            return reply.error(Errno::EINVAL);
        }
        let keep = flags.contains(RenameFlags::RENAME_NOREPLACE);
        empty(self.0.with(|tree| tree.rename((parent.0, name), (new_parent.0, new_name), keep)), reply);
    }

    fn open(&self, _request: &Request, ino: INodeNo, _flags: OpenFlags, reply: ReplyOpen) {
        match self.0.with(|tree| tree.attributes(ino.0)) {
            Ok(_) => reply.opened(FileHandle(0), FopenFlags::empty()),
            Err(errno) => reply.error(errno),
        }
    }

    fn create(&self, _request: &Request, parent: INodeNo, name: &OsStr, mode: u32, umask: u32, _flags: i32, reply: ReplyCreate) {
        let made = self.0.with(|tree| {
            let number = tree.make(parent.0, name, permissions(mode & !umask), false)?;
            tree.attributes(number)
        });
        match made {
            Ok(made) => reply.created(&BELIEVED, &attributes(made), Generation(0), FileHandle(0), FopenFlags::empty()),
            Err(errno) => reply.error(errno),
        }
    }

    fn read(
        &self,
        _request: &Request,
        ino: INodeNo,
        _handle: FileHandle,
        offset: u64,
        size: u32,
        _flags: OpenFlags,
        _lock_owner: Option<LockOwner>,
        reply: ReplyData,
    ) {
        match self.0.with(|tree| Ok(tree.read(ino.0, place(offset), place(u64::from(size)))?.to_vec())) {
            Ok(bytes) => reply.data(&bytes),
            Err(errno) => reply.error(errno),
        }
    }

    fn write(
        &self,
        _request: &Request,
        ino: INodeNo,
        _handle: FileHandle,
        offset: u64,
        data: &[u8],
        _write_flags: WriteFlags,
        _flags: OpenFlags,
        _lock_owner: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        match self.0.with(|tree| tree.write(ino.0, place(offset), data)) {
            Ok(()) => reply.written(u32::try_from(data.len()).unwrap_or(u32::MAX)),
            Err(errno) => reply.error(errno),
        }
    }

    fn flush(&self, _request: &Request, _ino: INodeNo, _handle: FileHandle, _lock_owner: LockOwner, reply: ReplyEmpty) {
        // Closing a file makes nothing durable.
        reply.ok();
    }

    fn fsync(&self, _request: &Request, ino: INodeNo, _handle: FileHandle, _data_only: bool, reply: ReplyEmpty) {
        empty(self.0.with(|tree| tree.synchronise(ino.0)), reply);
    }

    fn fsyncdir(&self, _request: &Request, ino: INodeNo, _handle: FileHandle, _data_only: bool, reply: ReplyEmpty) {
        empty(self.0.with(|tree| tree.synchronise(ino.0)), reply);
    }

    fn readdir(&self, _request: &Request, ino: INodeNo, _handle: FileHandle, offset: u64, mut reply: ReplyDirectory) {
        let listed = self.0.with(|tree| {
            let names = tree.names(ino.0)?.iter();
            Ok(names
                .map(|(name, number)| (name.clone(), *number, tree.attributes(*number).is_ok_and(|of| of.is_folder)))
                .collect::<Vec<_>>())
        });
        match listed {
            Err(errno) => reply.error(errno),
            Ok(listed) => {
                for (next, (name, number, is_folder)) in (1..).zip(listed).skip(place(offset)) {
                    let kind = if is_folder { FileType::Directory } else { FileType::RegularFile };
                    if reply.add(INodeNo(number), next, kind, name) {
                        break;
                    }
                }
                reply.ok();
            }
        }
    }

    fn statfs(&self, _request: &Request, _ino: INodeNo, reply: ReplyStatfs) {
        reply.statfs(BLOCKS, BLOCKS, BLOCKS, BLOCKS, BLOCKS, BLOCK, 255, BLOCK);
    }

    fn access(&self, _request: &Request, _ino: INodeNo, _mask: AccessFlags, reply: ReplyEmpty) {
        reply.ok();
    }
}
