//! How far the reading has come, for whoever shows it.

/// Told about progress from several threads at once.
pub trait Progress: Sync {
    /// A stage begins that will go through so many bytes.
    fn stage(&self, name: &str, total_bytes: u64);
    /// So many more bytes are done.
    fn advance(&self, bytes: u64);
}

/// Shows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn stage(&self, _: &str, _: u64) {}
    fn advance(&self, _: u64) {}
}
