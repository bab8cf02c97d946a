//! Log lines on standard error, which may lie on the very disk that is full: a line that cannot be written is dropped, and the
//! request that it is about is answered nevertheless.

use std::io::{Write, stderr};

use tracing_subscriber::EnvFilter;

/// Writes from here on what is logged; `RUST_LOG` says how much.
pub fn begin() {
    tracing_subscriber::fmt()
        .with_writer(|| IfItCan(stderr()))
        // It would say on standard error, and panic there, that standard error cannot be written.
        .log_internal_errors(false)
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()))
        .init();
}

/// A writer that never fails.
struct IfItCan<W>(W);

impl<W: Write> Write for IfItCan<W> {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        let _ = self.0.write_all(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let _ = self.0.flush();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_written_is_dropped() {
        let mut full = IfItCan(&mut [0_u8; 2][..]);
        assert_eq!(full.write(b"a line").unwrap(), 6);
        full.flush().unwrap();
    }
}
