//! stub
use crate::checkout::Checkout;
use crate::failure::Failure;
use std::path::PathBuf;
pub fn run(_: &Checkout, _: bool, _: Option<PathBuf>) -> Result<(), Failure> {
    Ok(())
}
