//! Platforms on the Gigdata wire: a GUID for each.

use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};

/// GUIDs that apps in the field know (spec 1.1).
const KNOWN: [(&str, Uuid); 1] = [(
    "freelancer",
    Uuid::from_u128(0x5846_584a_2719_48dd_bef2_83c6_d7db_d421),
)];

/// The GUID of a platform, the same in every vault: apps name platforms by it. A UUID version 8 cut from
/// SHA-256("satchel gigdata platform v1" ‖ 0 ‖ id), unless the platform has one that is known.
#[must_use]
pub fn platform_guid(platform: &str) -> Uuid {
    if let Some((_, known)) = KNOWN.iter().find(|(id, _)| *id == platform) {
        return *known;
    }
    let mut hasher = Sha256::new();
    hasher.update(b"satchel gigdata platform v1\0");
    hasher.update(platform.as_bytes());
    let digest: [u8; 32] = hasher.finalize().into();
    let mut bytes = [0_u8; 16];
    for (to, from) in bytes.iter_mut().zip(digest) {
        *to = from;
    }
    Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_platform_keeps_its_guid() {
        assert_eq!(
            platform_guid("freelancer").to_string(),
            "5846584a-2719-48dd-bef2-83c6d7dbd421"
        );
        assert_eq!(platform_guid("demo"), platform_guid("demo"));
        assert_ne!(platform_guid("demo"), platform_guid("Demo"));
        assert_eq!(platform_guid("demo").get_version_num(), 8);
    }
}
