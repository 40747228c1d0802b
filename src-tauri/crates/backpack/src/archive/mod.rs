//! The tar inside a backpack: POSIX ustar with pax headers, plain files only.

pub(crate) mod header;
pub(crate) mod pax;
pub(crate) mod read;
pub(crate) mod write;

/// Everything in a tar is a multiple of this many bytes.
pub(crate) const BLOCK: usize = 512;

/// Zero bytes that follow an entry of this size.
pub(crate) fn padding(bytes: u64) -> usize {
    let over = usize::try_from(bytes % 512).unwrap_or(0);
    if over == 0 { 0 } else { BLOCK - over }
}
