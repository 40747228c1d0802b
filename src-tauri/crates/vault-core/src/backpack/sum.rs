//! A digest over records that does not depend on their order, so that it can be taken while they stream by.

use sha2::{Digest as _, Sha256};

/// The sum of the digests of all lines, and their number. It tells damage and loss; it is no proof against somebody who chooses the lines,
/// which is what the signed list of contents is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) count: u64,
    words: [u64; 4],
}

impl Sum {
    /// Adds the line of a record.
    pub(super) fn add(&mut self, line: &[u8]) {
        let digest = Sha256::digest(line);
        for (word, bytes) in self.words.iter_mut().zip(digest.chunks_exact(8)) {
            let bytes: [u8; 8] = bytes.try_into().unwrap_or_default();
            *word = word.wrapping_add(u64::from_le_bytes(bytes));
        }
        self.count = self.count.saturating_add(1);
    }

    /// The sum of two sets of records.
    pub(super) fn with(mut self, other: &Self) -> Self {
        for (word, more) in self.words.iter_mut().zip(other.words) {
            *word = word.wrapping_add(more);
        }
        self.count = self.count.saturating_add(other.count);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(lines: &[&str]) -> Sum {
        let mut sum = Sum::default();
        lines.iter().for_each(|line| sum.add(line.as_bytes()));
        sum
    }

    #[test]
    fn order_does_not_matter_and_everything_else_does() {
        assert_eq!(sum(&["a", "b", "c"]), sum(&["c", "a", "b"]));
        assert_eq!(sum(&["a"]).with(&sum(&["b"])), sum(&["b", "a"]));
        for other in [
            &["a", "b"][..],
            &["a", "b", "d"],
            &["a", "b", "c", "c"],
            &["a", "a", "c"],
        ] {
            assert_ne!(sum(&["a", "b", "c"]), sum(other));
        }
    }
}
