//! The key of a database in the form SQLCipher takes it.

use rusqlite::Connection;
use vault_crypto::DatabaseKey;
use zeroize::Zeroizing;

use crate::StoreError;
use crate::sha256::Sha256;

/// A raw key `x'…'` of 64 hexadecimal digits; cannot be printed and is wiped when dropped.
#[derive(Clone)]
pub(crate) struct KeyPragma(Zeroizing<String>);

impl From<&DatabaseKey> for KeyPragma {
    fn from(key: &DatabaseKey) -> Self {
        Self(key.to_pragma())
    }
}

impl KeyPragma {
    /// Gives the key to a connection that has not touched its file yet.
    pub(crate) fn apply(&self, conn: &Connection) -> Result<(), StoreError> {
        self.execute(conn, "key")?;
        Ok(conn.execute_batch("PRAGMA cipher_compatibility = 4")?)
    }

    /// Encrypts every page anew with this key.
    pub(crate) fn rekey(&self, conn: &Connection) -> Result<(), StoreError> {
        self.execute(conn, "rekey")
    }

    /// Says what the first 16 bytes of a file made with this key are, so that damage to just them can be told from a
    /// wrong key. Nothing is revealed: the key has 256 random bits.
    pub(crate) fn salt(&self) -> String {
        let digest = Sha256::of_parts(&[b"satchel database salt v1\0", self.0.as_bytes()]).to_string();
        digest.chars().take(32).collect()
    }

    /// Makes a connection use [`Self::salt`] whatever its file says.
    pub(crate) fn apply_salt(&self, conn: &Connection) -> Result<(), StoreError> {
        Ok(conn.execute_batch(&format!("PRAGMA cipher_salt = \"x'{}'\"", self.salt()))?)
    }

    fn execute(&self, conn: &Connection, pragma: &str) -> Result<(), StoreError> {
        let mut sql = Zeroizing::new(String::with_capacity(100));
        for part in ["PRAGMA ", pragma, " = \"", self.0.as_str(), "\""] {
            sql.push_str(part);
        }
        Ok(conn.execute_batch(&sql)?)
    }

    #[cfg(test)]
    pub(crate) fn from_hex(digits: &str) -> Self {
        Self(Zeroizing::new(format!("x'{digits}'")))
    }
}
