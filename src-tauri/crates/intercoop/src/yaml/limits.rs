//! How large a foreign text may be. Real ones have 2 KiB and two levels.

/// Bytes of a text.
pub(crate) const MAX_BYTES: usize = 64 * 1024;
/// Levels of lists and mappings. A descriptor has five.
pub(super) const MAX_DEPTH: usize = 8;
/// Scalars, lists and mappings, those behind aliases counted each time.
pub(super) const MAX_NODES: usize = 4096;
/// Aliases. Upstream writes one where its data holds the same list twice.
pub(super) const MAX_ALIASES: usize = 32;
