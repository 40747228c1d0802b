//! How much a backpack may ask of its reader.

/// Bounds that hold before anything is believed. [`Limits::default`] fits a large vault on an ordinary computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most entries, manifest and signature not counted.
    pub entries: usize,
    /// Largest sum of the sizes of all entries, in bytes.
    pub total_bytes: u64,
    /// Largest manifest, in bytes.
    pub manifest_bytes: u64,
    /// Most bytes that one compressed byte may become, counted over the whole stream.
    pub ratio: u64,
    /// Bytes that may come out of the compression before `ratio` is looked at.
    pub ratio_free_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 500_000,
            total_bytes: 1 << 40,
            manifest_bytes: 64 << 20,
            ratio: 1_000,
            ratio_free_bytes: 64 << 20,
        }
    }
}

/// Largest `backpack.sig`, in bytes: four times an RSA-16384 signature.
pub(crate) const SIGNATURE_BYTES: u64 = 8 << 10;
/// Largest age header, in bytes.
pub(crate) const AGE_HEADER_BYTES: usize = 64 << 10;
/// Most recipients; each takes a hundred bytes of the age header.
pub(crate) const RECIPIENTS: usize = 500;
/// Largest pax header of one entry, in bytes.
pub(crate) const PAX_BYTES: u64 = 4 << 10;
/// Most zero bytes after the two blocks that end a tar.
pub(crate) const END_PADDING_BYTES: u64 = 64 << 10;
/// Largest zstd window as a power of two: 128 MiB, which is also the limit of the `zstd` tool.
pub(crate) const ZSTD_WINDOW_LOG: u32 = 27;
/// Most lines of `counts`.
pub(crate) const COUNTS: usize = 256;
/// Longest short text of the manifest (space, software, a name in `counts`), in bytes.
pub(crate) const SHORT_TEXT_BYTES: usize = 1 << 10;
/// Longest public key in PEM, in bytes.
pub(crate) const KEY_TEXT_BYTES: usize = 16 << 10;
