//! Whose an address of e-mail is: a mail to it asks, and whoever reads that mail answers by its link or by its code (spec 7, 12: S4, S5).
//!
//! The mail itself is written and sent elsewhere. Here is what holds of it: it is good once, for 48 hours, for one address in one space; a later
//! one takes its place; a link says yes or no and nothing in between; a code may be typed wrong a few times.

use rand::{Rng as _, rngs::OsRng};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;
use vault_store::{
    ConnectionId, PromptId, SecretValue, Sha256, Tx, addresses,
    connections::{self, Connection, ConnectionState, ConnectionWay},
    prompts::{self, Prompt},
};
pub use vault_store::{
    addresses::{Address, AddressState},
    prompts::PromptOutcome,
};

use crate::{SpaceHandle, VaultError, VaultEvent, VaultHandle, disclosure::is_plain_name, vault::Turn};

/// How long a mail can be answered (spec 7).
pub const MAIL_LIFE: Duration = Duration::hours(48);
/// So much time lies at least between two mails to an address.
pub const MAIL_SPACING: Duration = Duration::seconds(60);
/// So many mails go to an address in a day at most.
const MAILS_A_DAY: usize = 5;
/// So often a code may be typed wrong.
const WRONG_CODES: u32 = 5;
/// Symbols of a code: no two look alike.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Symbols in a code: 40 bits, at which somebody may guess five times.
const CODE: usize = 8;
/// The member of a connection's detail that says why its address is believed.
const PROOF: &str = "address_proof";
/// Until when the mail of a connection can be answered.
const UNTIL: &str = "mail_until";

/// Who wants to know whether an address is the person's.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPrompt {
    /// The address, in lower case.
    pub address: String,
    /// Who wants to know, for people.
    pub asker: String,
    /// Whether it is a platform that is to be asked for data; otherwise an app.
    pub for_platform: bool,
}

/// What goes into the mail. The link and the code are nowhere else.
pub struct PromptMail {
    /// The address.
    pub address: String,
    /// Who wants to know.
    pub asker: String,
    /// Whether it is a platform that is to be asked for data; otherwise an app.
    pub for_platform: bool,
    /// What the link says: a GUID, as upstream's links have it.
    pub link: SecretValue,
    /// The code, for a computer on which the link leads nowhere.
    pub code: SecretValue,
    /// When it was asked.
    pub made_at: OffsetDateTime,
    /// Until when it can be answered.
    pub expires_at: OffsetDateTime,
}

/// A mail that was opened by its link.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenedPrompt {
    /// The address that it asks about.
    pub address: String,
    /// Who wants to know.
    pub asker: String,
    /// When it was asked.
    pub made_at: OffsetDateTime,
    /// How it ended; nothing while it can be answered.
    pub outcome: Option<PromptOutcome>,
}

macro_rules! silent {
    ($($name:ident),+) => {$(
        impl std::fmt::Debug for $name {
            /// Nothing of the address, the link or the code.
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )+};
}
silent!(NewPrompt, PromptMail, OpenedPrompt);

impl SpaceHandle {
    /// The person's addresses, in the order in which they were named.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn addresses(&self) -> Result<Vec<Address>, VaultError> {
        self.read(|db| Ok(db.read(addresses::list)?)).await
    }

    /// What is known of an address.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn address_state(&self, address: &str) -> Result<AddressState, VaultError> {
        let address = address.to_owned();
        self.read(move |db| {
            let known = db.read(|view| addresses::get(view, &address))?;
            Ok(known.map_or(AddressState::Unverified, |known| known.state))
        })
        .await
    }

    /// Whether the person named an address here themselves: as one to ask about, or as that of a connection.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn names_address(&self, address: &str) -> Result<bool, VaultError> {
        let address = address.to_owned();
        self.read(move |db| {
            db.read(|view| {
                let known = addresses::get(view, &address)?.is_some();
                let of_connection =
                    |one: &Connection| one.way == ConnectionWay::Email && one.account == address;
                Ok(known || connections::list(view)?.iter().any(of_connection))
            })
        })
        .await
    }

    /// Begins to ask about an address; an earlier mail to it can no longer be answered. Whoever calls this sends the mail.
    ///
    /// # Errors
    /// [`VaultError::TooManyMails`] when the last one was a moment ago, or there were many today.
    pub async fn begin_prompt(&self, new: NewPrompt) -> Result<PromptMail, VaultError> {
        self.write(move |turn| begin(turn, new)).await
    }

    /// Answers by the code. A connection that waits for the address goes on.
    ///
    /// # Errors
    /// [`VaultError::WrongCode`]; [`VaultError::NoSuch`] when no mail to the address can be answered.
    pub async fn confirm_address(&self, address: &str, code: &str) -> Result<(), VaultError> {
        let (address, code) = (address.to_owned(), plain_code(code));
        self.write(move |turn| confirm(turn, &address, &code)).await
    }

    /// A mail by what its link says.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn prompt(&self, link: &str) -> Result<OpenedPrompt, VaultError> {
        let link = Sha256::of(link.as_bytes());
        self.write(move |turn| {
            expire(turn)?;
            Ok(opened(&of_link(turn, &link)?))
        })
        .await
    }

    /// Answers by the link. It is good once: of what has ended, how it ended is said and nothing changes.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn answer_prompt(&self, link: &str, accept: bool) -> Result<OpenedPrompt, VaultError> {
        let link = Sha256::of(link.as_bytes());
        self.write(move |turn| {
            expire(turn)?;
            let prompt = of_link(turn, &link)?;
            if prompt.outcome.is_some() {
                return Ok(opened(&prompt));
            }
            if accept {
                end(turn, &prompt, PromptOutcome::Accepted)?;
            } else {
                end(turn, &prompt, PromptOutcome::Declined)?;
            }
            // What is told is what was open a moment ago: who answered knows what they said.
            Ok(opened(&prompt))
        })
        .await
    }

    /// Gives up asking about an address: its mail was not sent, or the person does not want it any more.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be written.
    pub async fn withdraw_prompt(&self, address: &str) -> Result<(), VaultError> {
        let address = address.to_owned();
        self.write(move |turn| {
            for prompt in open_to(turn, &address)? {
                end(turn, &prompt, PromptOutcome::Superseded)?;
            }
            Ok(())
        })
        .await
    }

    /// Lets a connection wait for the mail to its address.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or the database could not be written.
    pub async fn await_mail(&self, id: ConnectionId, until: OffsetDateTime) -> Result<(), VaultError> {
        self.write(move |turn| {
            let found = turn.space.db.read(|view| connections::get(view, id))?;
            let one = found.ok_or(VaultError::NoSuch("connection"))?;
            let now = turn.now();
            turn.space.db.write(|tx| wait(tx, one, until, now))?;
            changed(turn);
            Ok(())
        })
        .await
    }
}

impl VaultHandle {
    /// The space in which a link was made.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn space_of_prompt(&self, link: &str) -> Result<SpaceHandle, VaultError> {
        for info in self.spaces().await? {
            let space = self.space(info.id).await?;
            match space.prompt(link).await {
                Ok(_) => return Ok(space),
                Err(VaultError::NoSuch(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Err(VaultError::NoSuch("prompt"))
    }
}

/// Ends the mails whose time is over: what waits for them was begun and not finished.
pub(crate) fn expire(turn: &mut Turn<'_>) -> Result<(), VaultError> {
    let now = turn.now();
    let open = turn.space.db.read(prompts::open)?;
    for prompt in open.iter().filter(|prompt| prompt.expires_at <= now) {
        end(turn, prompt, PromptOutcome::Expired)?;
    }
    Ok(())
}

fn begin(turn: &mut Turn<'_>, new: NewPrompt) -> Result<PromptMail, VaultError> {
    expire(turn)?;
    if !is_plain_name(&new.asker) {
        return Err(VaultError::Invalid {
            field: "asker",
            why: "1 to 100 characters, none of them hidden",
        });
    }
    let now = turn.now();
    let made = turn
        .space
        .db
        .read(|view| prompts::made_since(view, &new.address, now - Duration::days(1)))?;
    let lately = made.last().is_some_and(|last| now - *last < MAIL_SPACING);
    if lately || made.len() >= MAILS_A_DAY {
        return Err(VaultError::TooManyMails);
    }
    let (link, code) = (Uuid::new_v4().to_string(), fresh_code());
    let prompt = Prompt {
        id: PromptId::new(),
        address: new.address,
        asker: new.asker,
        for_platform: new.for_platform,
        link: Sha256::of(link.as_bytes()),
        code: Sha256::of(code.as_bytes()),
        wrong: 0,
        created_at: now,
        expires_at: now + MAIL_LIFE,
        ended_at: None,
        outcome: None,
    };
    let earlier = open_to(turn, &prompt.address)?;
    turn.space.db.write(|tx| {
        for one in &earlier {
            prompts::end(tx, one.id, PromptOutcome::Superseded, now)?;
        }
        prompts::forget_before(tx, now - Duration::days(30))?;
        prompts::insert(tx, &prompt)?;
        // An address that was named before stays what it is (spec 1.2).
        if addresses::get(tx, &prompt.address)?.is_none() {
            addresses::put(tx, &prompt.address, AddressState::AwaitingVerification, now)?;
        }
        for one in waiting(tx, &prompt.address)? {
            wait(tx, one, prompt.expires_at, now)?;
        }
        Ok::<_, VaultError>(())
    })?;
    changed(turn);
    Ok(PromptMail {
        address: prompt.address,
        asker: prompt.asker,
        for_platform: prompt.for_platform,
        link: SecretValue::from(link.as_str()),
        code: SecretValue::from(code.as_str()),
        made_at: now,
        expires_at: prompt.expires_at,
    })
}

fn confirm(turn: &mut Turn<'_>, address: &str, code: &str) -> Result<(), VaultError> {
    expire(turn)?;
    let prompt = open_to(turn, address)?
        .into_iter()
        .next_back()
        .ok_or(VaultError::NoSuch("prompt"))?;
    // Digests are compared, so that the time tells nothing about where two codes differ.
    if Sha256::of(code.as_bytes()) == prompt.code {
        return end(turn, &prompt, PromptOutcome::Accepted);
    }
    if prompt.wrong + 1 >= WRONG_CODES {
        end(turn, &prompt, PromptOutcome::Guessed)?;
    } else {
        turn.space.db.write(|tx| prompts::count_wrong(tx, prompt.id))?;
    }
    Err(VaultError::WrongCode)
}

/// Ends a mail, and says what that means for the address and for the connections that wait for it.
fn end(turn: &mut Turn<'_>, prompt: &Prompt, outcome: PromptOutcome) -> Result<(), VaultError> {
    let now = turn.now();
    let mut gone_on = Vec::new();
    turn.space.db.write(|tx| {
        if !prompts::end(tx, prompt.id, outcome, now)? {
            return Ok(());
        }
        match outcome {
            PromptOutcome::Accepted => {
                addresses::put(tx, &prompt.address, AddressState::Verified, now)?;
            }
            PromptOutcome::Declined => {
                addresses::put(tx, &prompt.address, AddressState::Unverified, now)?;
            }
            PromptOutcome::Superseded | PromptOutcome::Expired | PromptOutcome::Guessed => {}
        }
        for one in waiting(tx, &prompt.address)? {
            let id = one.id;
            go_on(tx, one, outcome, now)?;
            gone_on.push(id);
        }
        Ok::<_, VaultError>(())
    })?;
    changed(turn);
    if outcome == PromptOutcome::Accepted {
        for connection in gone_on {
            turn.tell(VaultEvent::FetchWanted {
                space: turn.space.info.id,
                connection,
            });
        }
    }
    Ok(())
}

fn go_on(
    tx: &Tx<'_>,
    mut one: Connection,
    outcome: PromptOutcome,
    now: OffsetDateTime,
) -> Result<(), VaultError> {
    let state = match outcome {
        PromptOutcome::Accepted => ConnectionState::Working,
        // What never brought anything is as if it had never been begun (spec 1.5: T8).
        PromptOutcome::Declined if one.last_fetch_at.is_none() => {
            connections::delete(tx, one.id)?;
            return Ok(());
        }
        PromptOutcome::Declined => ConnectionState::Stopped,
        PromptOutcome::Superseded | PromptOutcome::Expired | PromptOutcome::Guessed => {
            ConnectionState::NotFinished
        }
    };
    one.detail.remove(UNTIL);
    if outcome == PromptOutcome::Accepted {
        one.detail.insert(PROOF.into(), "mail".into());
    }
    connections::update(tx, &one)?;
    Ok(connections::set_state(tx, one.id, state, now, None)?)
}

fn wait(
    tx: &Tx<'_>,
    mut one: Connection,
    until: OffsetDateTime,
    now: OffsetDateTime,
) -> Result<(), VaultError> {
    one.detail.insert(UNTIL.into(), until.unix_timestamp().into());
    connections::update(tx, &one)?;
    Ok(connections::set_state(
        tx,
        one.id,
        ConnectionState::EmailSent,
        now,
        None,
    )?)
}

/// The connections that wait for the mail to an address.
fn waiting(tx: &Tx<'_>, address: &str) -> Result<Vec<Connection>, VaultError> {
    let mut all = connections::list(tx)?;
    all.retain(|one| {
        one.way == ConnectionWay::Email && one.state == ConnectionState::EmailSent && one.account == address
    });
    Ok(all)
}

fn open_to(turn: &Turn<'_>, address: &str) -> Result<Vec<Prompt>, VaultError> {
    let mut open = turn.space.db.read(prompts::open)?;
    open.retain(|prompt| prompt.address == address);
    Ok(open)
}

fn of_link(turn: &Turn<'_>, link: &Sha256) -> Result<Prompt, VaultError> {
    let found = turn.space.db.read(|view| prompts::of_link(view, link))?;
    found.ok_or(VaultError::NoSuch("prompt"))
}

fn opened(prompt: &Prompt) -> OpenedPrompt {
    OpenedPrompt {
        address: prompt.address.clone(),
        asker: prompt.asker.clone(),
        made_at: prompt.created_at,
        outcome: prompt.outcome,
    }
}

fn fresh_code() -> String {
    let symbol = |_| {
        let at = OsRng.gen_range(0..ALPHABET.len());
        ALPHABET.get(at).copied().map_or('2', char::from)
    };
    (0..CODE).map(symbol).collect()
}

/// A code as it was typed: blanks, hyphens and small letters do not matter.
fn plain_code(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|symbol| symbol.to_ascii_uppercase())
        .take(CODE * 2)
        .collect()
}

fn changed(turn: &Turn<'_>) {
    turn.tell(VaultEvent::ConnectionsChanged {
        space: turn.space.info.id,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_typed_as_people_type() {
        let code = fresh_code();
        assert_eq!(code.len(), CODE);
        assert!(code.bytes().all(|symbol| ALPHABET.contains(&symbol)));
        assert_eq!(plain_code(" abcd-2345 "), "ABCD2345");
        assert_ne!(fresh_code(), fresh_code());
    }
}
