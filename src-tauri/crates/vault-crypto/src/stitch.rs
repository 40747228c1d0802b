//! The personal stitch: a dash rhythm that only this vault's trusted surfaces draw.

use crate::VaultId;
use crate::derive::expand_into;

const STITCH: &str = "satchel stitch v1";

/// Three dashes and three gaps in turn, in CSS pixels: dashes 3 to 14, gaps 5 to 8 (like `[12, 7, 12, 7, 4, 7]`).
///
/// A help for the eye and not a security control: nothing may depend on the person noticing it.
#[must_use]
pub fn personal_stitch(vault: VaultId) -> [u8; 6] {
    let mut bytes = [0; 32];
    expand_into(vault.as_bytes(), STITCH, &mut bytes);
    let [dash_1, gap_1, dash_2, gap_2, dash_3, gap_3, ..] = bytes;
    [
        dash(dash_1),
        gap(gap_1),
        dash(dash_2),
        gap(gap_2),
        dash(dash_3),
        gap(gap_3),
    ]
}

fn dash(byte: u8) -> u8 {
    3 + byte % 12
}

fn gap(byte: u8) -> u8 {
    5 + byte % 4
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn lengths_stay_in_their_ranges_and_vaults_differ() {
        let stitches: HashSet<[u8; 6]> = (0..200).map(|_| personal_stitch(VaultId::generate())).collect();
        assert!(stitches.len() > 190, "{}", stitches.len());
        for [dash_1, gap_1, dash_2, gap_2, dash_3, gap_3] in stitches {
            assert!(
                [dash_1, dash_2, dash_3]
                    .iter()
                    .all(|dash| (3..=14).contains(dash))
            );
            assert!([gap_1, gap_2, gap_3].iter().all(|gap| (5..=8).contains(gap)));
        }
    }
}
