//! The person's cooperatives: the member number and the roles that hold at one of them only.

use time::OffsetDateTime;
use vault_store::memberships as table;

pub use vault_store::memberships::Membership;

use crate::{SpaceHandle, VaultError, VaultEvent, disclosure::is_plain_name};

/// The longest peer id, member number and role, in characters.
const LONGEST: usize = 60;
/// The most roles at one cooperative.
const MOST_ROLES: usize = 20;
/// The most cooperatives.
const MOST: usize = 200;

/// What the person says of themselves at a cooperative. It prints nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct NewMembership {
    /// The cooperative's peer id: small letters, digits, `_`.
    pub cooperative: String,
    /// Its name, for people.
    pub name: String,
    /// The member number; empty if there is none.
    pub number: String,
    /// The roles, such as `member` and `worker`.
    pub roles: Vec<String>,
}

impl std::fmt::Debug for NewMembership {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("NewMembership").finish_non_exhaustive()
    }
}

impl SpaceHandle {
    /// The person's cooperatives, by name.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn memberships(&self) -> Result<Vec<Membership>, VaultError> {
        self.read(|db| Ok(db.read(table::list)?)).await
    }

    /// Adds a cooperative, or replaces what is said of the one with this peer id.
    ///
    /// # Errors
    /// [`VaultError::Invalid`], which names the field and what it needs, never the value.
    pub async fn put_membership(&self, new: NewMembership) -> Result<(), VaultError> {
        self.write(move |turn| {
            let membership = check(new, turn.now())?;
            turn.space.db.write(|tx| {
                let known = table::list(tx)?;
                let is_new = !known.iter().any(|one| one.cooperative == membership.cooperative);
                if is_new && known.len() >= MOST {
                    return Err(invalid("cooperatives", "at most 200"));
                }
                Ok(table::put(tx, &membership)?)
            })?;
            turn.tell(VaultEvent::PersonaChanged {
                space: turn.space.info.id,
            });
            Ok(())
        })
        .await
    }

    /// Removes a cooperative.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or the database could not be written.
    pub async fn remove_membership(&self, cooperative: &str) -> Result<(), VaultError> {
        let cooperative = cooperative.to_owned();
        self.write(move |turn| {
            if !turn.space.db.write(|tx| table::remove(tx, &cooperative))? {
                return Err(VaultError::NoSuch("cooperative"));
            }
            turn.tell(VaultEvent::PersonaChanged {
                space: turn.space.info.id,
            });
            Ok(())
        })
        .await
    }
}

/// Brings what the person says into its form: blanks at the ends go, and roles that stand twice.
pub(crate) fn check(new: NewMembership, now: OffsetDateTime) -> Result<Membership, VaultError> {
    let cooperative = new.cooperative.trim().to_ascii_lowercase();
    let fits = |sign: u8| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'_';
    if cooperative.is_empty() || cooperative.len() > LONGEST || !cooperative.bytes().all(fits) {
        return Err(invalid("peer id", "1 to 60 letters a to z, digits or _"));
    }
    let name = new.name.trim().to_owned();
    if !is_plain_name(&name) {
        return Err(invalid("name", "1 to 100 characters, none of them hidden"));
    }
    let number = new.number.trim().to_owned();
    if !is_short(&number) {
        return Err(invalid(
            "member number",
            "at most 60 characters, none of them hidden",
        ));
    }
    let mut roles: Vec<String> = Vec::new();
    for role in new.roles {
        let role = role.trim().to_owned();
        if !is_short(&role) || role.contains(',') {
            return Err(invalid("roles", "words of at most 60 characters"));
        }
        if !role.is_empty() && !roles.contains(&role) {
            roles.push(role);
        }
    }
    if roles.len() > MOST_ROLES {
        return Err(invalid("roles", "at most 20"));
    }
    Ok(Membership {
        cooperative,
        name,
        number,
        roles,
        updated_at: now,
    })
}

fn is_short(text: &str) -> bool {
    text.is_empty() || (text.chars().nth(LONGEST).is_none() && is_plain_name(text))
}

fn invalid(field: &'static str, why: &'static str) -> VaultError {
    VaultError::Invalid { field, why }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-22 09:00 UTC);

    fn new() -> NewMembership {
        NewMembership {
            cooperative: " SomGarbatge ".into(),
            name: " Som Garbatge SCCL".into(),
            number: "00666".into(),
            roles: vec!["member".into(), " worker ".into(), "member".into(), String::new()],
        }
    }

    #[test]
    fn what_is_said_gets_its_form() {
        let membership = check(new(), NOW).unwrap();
        assert_eq!(
            (
                membership.cooperative.as_str(),
                membership.name.as_str(),
                membership.number.as_str()
            ),
            ("somgarbatge", "Som Garbatge SCCL", "00666")
        );
        assert_eq!(membership.roles, ["member", "worker"]);
        let bare = NewMembership {
            number: String::new(),
            roles: Vec::new(),
            ..new()
        };
        assert!(check(bare, NOW).is_ok());
    }

    #[test]
    fn what_has_no_form_is_refused_without_saying_it() {
        let bad = [
            NewMembership {
                cooperative: "Som Garbatge".into(),
                ..new()
            },
            NewMembership {
                cooperative: "../x".into(),
                ..new()
            },
            NewMembership {
                cooperative: String::new(),
                ..new()
            },
            NewMembership {
                name: "Som\u{202E}Garbatge".into(),
                ..new()
            },
            NewMembership {
                name: " ".into(),
                ..new()
            },
            NewMembership {
                number: "1\n2".into(),
                ..new()
            },
            NewMembership {
                roles: vec!["a,b".into()],
                ..new()
            },
            NewMembership {
                roles: (0..21).map(|role| role.to_string()).collect(),
                ..new()
            },
        ];
        for one in bad {
            let error = check(one, NOW).unwrap_err();
            assert!(matches!(error, VaultError::Invalid { .. }));
            assert!(!error.to_string().contains("Garbatge"));
        }
    }
}
