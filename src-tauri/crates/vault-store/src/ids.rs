//! Identifiers: one type per thing, so that a grant can never be passed where a record is meant.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256 as Sha256Hasher};
use uuid::{Builder, Uuid};

/// A text that is not a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct NotAnId;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The identifier as a UUID.
            #[must_use]
            pub const fn as_uuid(&self) -> &Uuid {
                &self.0
            }

            /// Takes a UUID that is already an identifier of this kind (a restored one, for instance).
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0.hyphenated())
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            /// Reads the hyphenated form only, so that one identifier has one spelling.
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let uuid = Uuid::try_parse(text).map_err(|_| NotAnId)?;
                if text.len() == 36 { Ok(Self(uuid)) } else { Err(NotAnId) }
            }
        }
    };
}

macro_rules! fresh_id {
    ($(#[$doc:meta])* $name:ident) => {
        id!($(#[$doc])* $name);

        impl $name {
            /// A fresh identifier: UUID version 7, so that identifiers sort by the time they were made.
            #[expect(clippy::new_without_default, reason = "a fresh identifier is not a default value")]
            #[must_use]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }
    };
}

macro_rules! random_id {
    ($(#[$doc:meta])* $name:ident) => {
        id!($(#[$doc])* $name);

        impl $name {
            /// A fresh identifier: random, because it leaves this computer and should not tell when it was made.
            #[expect(clippy::new_without_default, reason = "a fresh identifier is not a default value")]
            #[must_use]
            pub fn new() -> Self {
                Self(Uuid::new_v4())
            }
        }
    };
}

id!(
    /// A record. Derived from its connection and the source's own key ([`RecordId::derive`]), so that the same data
    /// gives the same id after a restore or a second import.
    RecordId
);
random_id!(
    /// A transfer that came in: the UUID of version 4 that its sender is told.
    IncomingId
);
random_id!(
    /// An application of Rokwire Core, the same in every space that it is attached to; `app_id` on the wire.
    CoreAppId
);
random_id!(
    /// One build of a Core application; `app_type_id` on the wire.
    AppTypeId
);
random_id!(
    /// Settings that the vault serves to one build of a Core application.
    AppConfigId
);
random_id!(
    /// An API key of a Core application. It names the key and is never taken for it.
    ApiKeyId
);
random_id!(
    /// The person as one Core application sees them in one space; `sub` on the wire. Never given twice.
    AccountId
);
random_id!(
    /// Somebody who uses a Core application without a profile; `sub` and `anonymous_id` on the wire.
    AnonymousId
);
random_id!(
    /// A service account of a backend; `account_id` and `sub` on the wire.
    ServiceAccountId
);
random_id!(
    /// A credential of a service account.
    CredentialId
);
random_id!(
    /// What is kept of an account that was deleted.
    TombstoneId
);
fresh_id!(
    /// An import: files that the person gave, taken in together.
    ImportId
);
fresh_id!(
    /// A request of the person that a platform hand over their data.
    DataRequestId
);
fresh_id!(
    /// A connection: the person's account at a platform.
    ConnectionId
);
fresh_id!(
    /// A retrieval: one fetch, one import, one entry typed by the person.
    RetrievalId
);
fresh_id!(
    /// An installed app; also the first label of the host name a packaged app is served under.
    AppId
);
fresh_id!(
    /// A grant: what a recipient may see.
    GrantId
);
fresh_id!(
    /// An entry of the disclosure log.
    DisclosureId
);
fresh_id!(
    /// A question that waits for the person.
    RequestId
);

fresh_id!(
    /// A consumer app of the Gigdata API; its application id on the wire.
    ConsumerId
);
fresh_id!(
    /// Something that waits to be sent to a consumer app.
    DeliveryId
);
fresh_id!(
    /// A notification of an app.
    MessageId
);
fresh_id!(
    /// A mail that asks whether an address is the person's.
    PromptId
);
fresh_id!(
    /// A project of somebody who builds a platform or an app.
    ProjectId
);

fresh_id!(
    /// A signed transfer to a cooperative.
    TransferId
);

impl RecordId {
    /// The id of what `connection` calls `source_key`: a UUID version 8 cut from
    /// SHA-256("satchel record v1" ‖ 0 ‖ connection ‖ `source_key`).
    #[must_use]
    pub fn derive(connection: &ConnectionId, source_key: &str) -> Self {
        let mut hasher = Sha256Hasher::new();
        hasher.update(b"satchel record v1\0");
        hasher.update(connection.as_uuid().as_bytes());
        hasher.update(source_key.as_bytes());
        let digest: [u8; 32] = hasher.finalize().into();
        let mut bytes = [0_u8; 16];
        for (to, from) in bytes.iter_mut().zip(digest) {
            *to = from;
        }
        Self(Builder::from_custom_bytes(bytes).into_uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_id_depends_on_connection_and_key() {
        let (a, b) = (ConnectionId::new(), ConnectionId::new());
        assert_eq!(RecordId::derive(&a, "17"), RecordId::derive(&a, "17"));
        assert_ne!(RecordId::derive(&a, "17"), RecordId::derive(&a, "18"));
        assert_ne!(RecordId::derive(&a, "17"), RecordId::derive(&b, "17"));
        assert_eq!(RecordId::derive(&a, "17").as_uuid().get_version_num(), 8);
    }

    #[test]
    fn the_derivation_never_changes() {
        let connection: ConnectionId = "018f0000-0000-7000-8000-000000000001".parse().unwrap();
        let id = RecordId::derive(&connection, "trip-1");
        assert_eq!(id.to_string(), "eabf0be6-9c3e-888b-9f4c-081c1f27c1c8");
    }

    #[test]
    fn ids_are_strings_in_json_and_have_one_spelling() {
        let id = GrantId::new();
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, format!("\"{id}\""));
        assert_eq!(serde_json::from_str::<GrantId>(&json).unwrap(), id);
        assert_eq!(id.to_string().parse::<GrantId>(), Ok(id));
        assert_eq!(id.as_uuid().simple().to_string().parse::<GrantId>(), Err(NotAnId));
    }
}
