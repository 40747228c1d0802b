//! Argon2id: from the passphrase to the key that wraps the vault key.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use secrecy::ExposeSecret;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::Passphrase;

const MAX_MEMORY_KIB: u32 = 1024 * 1024;
const MAX_PASSES: u32 = 16;
const MAX_LANES: u32 = 16;
const MIN_MEMORY_KIB_PER_LANE: u32 = 8;

/// Length of the salt in bytes.
pub(crate) const SALT_BYTES: usize = 16;

/// The cost of one guess at the passphrase (Argon2id, RFC 9106).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KdfParams {
    /// Memory in KiB.
    pub m_kib: u32,
    /// Passes over the memory.
    pub t: u32,
    /// Lanes.
    pub p: u32,
}

/// Why a key was not derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KdfError {
    /// Above 1 GiB, 16 passes or 16 lanes: a foreign file could stall the computer.
    #[error("the key derivation asks for more than 1 GiB of memory, 16 passes or 16 lanes")]
    TooExpensive,
    /// Less than Argon2id can work with: 8 KiB per lane, one pass, one lane.
    #[error("the key derivation asks for less than Argon2id needs")]
    TooWeak,
    /// The computer did not give the memory.
    #[error("there is not enough memory to derive the key")]
    OutOfMemory,
    /// Argon2id takes no passphrase of 4 GiB or more.
    #[error("the passphrase is longer than Argon2id takes")]
    PassphraseTooLong,
}

impl Default for KdfParams {
    fn default() -> Self {
        Self {
            m_kib: 64 * 1024,
            t: 3,
            p: 1,
        }
    }
}

impl KdfParams {
    /// Refuses costs beyond the limits, before any work is done.
    ///
    /// # Errors
    /// [`KdfError::TooExpensive`] or [`KdfError::TooWeak`].
    pub fn validate(&self) -> Result<(), KdfError> {
        if self.m_kib > MAX_MEMORY_KIB || self.t > MAX_PASSES || self.p > MAX_LANES {
            return Err(KdfError::TooExpensive);
        }
        let enough_memory = self.m_kib >= MIN_MEMORY_KIB_PER_LANE * self.p;
        if self.t == 0 || self.p == 0 || !enough_memory {
            return Err(KdfError::TooWeak);
        }
        Ok(())
    }

    /// Argon2id version 0x13 over the passphrase's UTF-8 bytes.
    pub(crate) fn derive(
        &self,
        passphrase: &Passphrase,
        salt: &[u8; SALT_BYTES],
    ) -> Result<Zeroizing<[u8; 32]>, KdfError> {
        self.validate()?;
        let params = Params::new(self.m_kib, self.t, self.p, Some(32)).map_err(|_| KdfError::TooWeak)?;
        let mut memory = allocate(params.block_count())?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(
                passphrase.expose_secret().as_bytes(),
                salt,
                key.as_mut_slice(),
                memory.as_mut_slice(),
            )
            .map_err(|_| KdfError::PassphraseTooLong)?;
        Ok(key)
    }
}

/// Working memory that is wiped afterwards, asked for in a way that can fail instead of ending the program.
fn allocate(blocks: usize) -> Result<Zeroizing<Vec<Block>>, KdfError> {
    let mut memory = Zeroizing::new(Vec::new());
    memory
        .try_reserve_exact(blocks)
        .map_err(|_| KdfError::OutOfMemory)?;
    memory.resize(blocks, Block::new());
    Ok(memory)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: KdfParams = KdfParams {
        m_kib: 64,
        t: 1,
        p: 1,
    };

    #[test]
    fn default_is_64_mib_3_passes_1_lane() {
        let KdfParams { m_kib, t, p } = KdfParams::default();
        assert_eq!((m_kib, t, p), (65_536, 3, 1));
        assert_eq!(KdfParams::default().validate(), Ok(()));
    }

    #[test]
    fn limits_are_exact() {
        let most = KdfParams {
            m_kib: 1_048_576,
            t: 16,
            p: 16,
        };
        assert_eq!(most.validate(), Ok(()));
        for dear in [
            KdfParams {
                m_kib: 1_048_577,
                ..most
            },
            KdfParams { t: 17, ..most },
            KdfParams { p: 17, ..most },
            KdfParams {
                m_kib: u32::MAX,
                t: u32::MAX,
                p: u32::MAX,
            },
        ] {
            assert_eq!(dear.validate(), Err(KdfError::TooExpensive), "{dear:?}");
        }
        for weak in [
            KdfParams { m_kib: 7, t: 1, p: 1 },
            KdfParams {
                m_kib: 15,
                t: 1,
                p: 2,
            },
            KdfParams {
                m_kib: 64,
                t: 0,
                p: 1,
            },
            KdfParams {
                m_kib: 64,
                t: 1,
                p: 0,
            },
        ] {
            assert_eq!(weak.validate(), Err(KdfError::TooWeak), "{weak:?}");
        }
    }

    #[test]
    fn too_dear_is_refused_before_any_work() {
        let dear = KdfParams {
            m_kib: u32::MAX,
            t: u32::MAX,
            p: 1,
        };
        let passphrase = Passphrase::new("x".to_owned());
        assert_eq!(
            dear.derive(&passphrase, &[0; 16]).unwrap_err(),
            KdfError::TooExpensive
        );
    }

    #[test]
    fn salt_and_passphrase_and_cost_matter() {
        let passphrase = Passphrase::new("ocean lamp".to_owned());
        let key = CHEAP.derive(&passphrase, &[1; 16]).unwrap();
        assert_eq!(key, CHEAP.derive(&passphrase, &[1; 16]).unwrap());
        assert_ne!(key, CHEAP.derive(&passphrase, &[2; 16]).unwrap());
        assert_ne!(
            key,
            CHEAP
                .derive(&Passphrase::new("ocean lamq".to_owned()), &[1; 16])
                .unwrap()
        );
        assert_ne!(
            key,
            KdfParams { t: 2, ..CHEAP }.derive(&passphrase, &[1; 16]).unwrap()
        );
    }
}
