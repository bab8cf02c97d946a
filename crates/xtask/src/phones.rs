//! Whether the app still fits a phone: its types are checked for Android, without Android's tools.
//!
//! Google's compiler and system libraries come from a place that a hospital's or a builder's network seldom lets one reach,
//! so an app cannot be packaged everywhere. Rust's own check needs only the standard library for that target, and that is
//! what catches the usual mistakes: something of the desktop alone used where a phone compiles too.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::checkout::Checkout;
use crate::failure::Failure;
use crate::program::Program;
use crate::terminal;

/// What nearly every Android phone of today runs.
const TARGET: &str = "aarch64-linux-android";

/// Checks the types of the app for phones, or says that and why this was not possible here.
///
/// # Errors
/// When the types do not fit, or the check cannot be prepared.
pub fn check(checkout: &Checkout) -> Result<(), Failure> {
    if let Err(reason) = provide_standard_library() {
        terminal::line(format_args!("not checked: Rust's standard library for {TARGET} cannot be had here. {reason}"));
        return Ok(());
    }
    let compiler = write_compiler_stand_in(checkout)?;
    type_check(checkout, &compiler)?.run()
}

fn provide_standard_library() -> Result<(), Failure> {
    if has_standard_library() {
        return Ok(());
    }
    terminal::line(format_args!("fetching Rust's standard library for {TARGET}"));
    Program::new("rustup").arguments(["target", "add", TARGET]).output().map(drop)
}

fn has_standard_library() -> bool {
    let folder = Program::new("rustc").arguments(["--print", "target-libdir", "--target", TARGET]).output();
    folder.is_ok_and(|folder| Path::new(folder.trim()).is_dir())
}

/// The check itself. C libraries are built for nobody: their build scripts are told of this machine's files, so that they
/// come to an end, and what they produce is never linked.
fn type_check(checkout: &Checkout, compiler: &Path) -> Result<Program, Failure> {
    let check = checkout.cargo(&["check", "--package", "src-tauri", "--lib", "--target", TARGET]);
    let check = check.environment("CC_aarch64_linux_android", compiler).environment("AR_aarch64_linux_android", "ar");
    Ok(check
        .environment("OPENSSL_DIR", library_folder("prefix")?)
        .environment("OPENSSL_LIB_DIR", library_folder("libdir")?)
        .environment("OPENSSL_INCLUDE_DIR", library_folder("includedir")?)
        .environment("AWS_LC_SYS_CMAKE_BUILDER", "0"))
}

/// Where this machine's OpenSSL lies, by the name that pkg-config has for the folder.
fn library_folder(name: &str) -> Result<String, Failure> {
    let folder = Program::new("pkg-config").arguments([&format!("--variable={name}"), "openssl"]).output()?;
    Ok(folder.trim().to_owned())
}

/// Compiles an empty file in place of every C and assembler file, for this machine.
const COMPILER_STAND_IN: &str = r#"#!/bin/sh
for argument; do
  shift
  case "$argument" in
    --target=* | -march=* | -mcpu=*) ;;
    *.c | *.S) set -- "$@" -x c /dev/null ;;
    *) set -- "$@" "$argument" ;;
  esac
done
exec cc "$@"
"#;

fn write_compiler_stand_in(checkout: &Checkout) -> Result<PathBuf, Failure> {
    let folder = checkout.target().join("phones");
    let file = folder.join("compiler-stand-in");
    let written = fs::create_dir_all(&folder).and_then(|()| fs::write(&file, COMPILER_STAND_IN));
    let executable = written.and_then(|()| fs::set_permissions(&file, Permissions::from_mode(0o755)));
    executable.map_err(|error| Failure::new(format!("{} cannot be written: {error}", file.display())))?;
    Ok(file)
}
