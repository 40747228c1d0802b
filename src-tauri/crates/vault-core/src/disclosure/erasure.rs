//! Asking a recipient to erase what it got (GDPR, Art. 17). The person sends the letter; Satchel writes it, remembers the month that the
//! recipient has, and logs what was asked and what was answered.

mod letter;

use time::OffsetDateTime;
use vault_store::{
    AppId, DisclosureId, Face, GrantId, Party, PartyKind, Scope, View, apps,
    disclosures::{self, Disclosure, DisclosureKind, LogFilter, Shared},
    erasures::{self, Erasure, ErasureState, ErasureWay},
    grants, persona, requests,
};

use super::{
    log,
    request::{Destination, Detail},
};
use crate::{SpaceHandle, VaultError, apps::stored_manifest, persona::PersonaField, vault::Turn};

pub use crate::month_clock::MonthClock;
pub use letter::SharedKind;
pub(super) use letter::{Contact, kinds};

/// How many questions of a party are looked at for what it said about itself.
const LOOK_BACK: u32 = 1;

/// From where a recipient is asked to erase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EraseOf {
    /// The party of an entry of the log.
    Entry(DisclosureId),
    /// An app, also one that was removed.
    App(AppId),
}

/// A letter, ready to be sent by the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EraseLetter {
    /// Who is asked.
    pub party: Party,
    /// The subject of a mail.
    pub subject: String,
    /// The letter.
    pub text: String,
    /// The recipient's e-mail address, if it gave a usable one.
    pub email: Option<String>,
    /// A link that opens a mail program with the letter in it, if there is an address.
    pub mailto: Option<String>,
    /// The page on which the recipient says how it treats data.
    pub page: Option<String>,
    /// What it got, as the letter has it.
    pub shared: Vec<SharedKind>,
    /// Whether it can still see something, and so would get it again.
    pub sees: bool,
    /// The request that waits for an answer; the letter is then a reminder.
    pub waiting: Option<ErasureView>,
}

/// A request to erase, with its month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureView {
    /// The request.
    pub erasure: Erasure,
    /// The month in which the recipient has to answer.
    pub clock: MonthClock,
}

impl ErasureView {
    pub(super) fn new(erasure: Erasure, now: OffsetDateTime) -> Self {
        let clock = MonthClock::of(erasure.asked_at.date(), now.date());
        Self { erasure, clock }
    }

    /// Whether the recipient has not answered yet.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.erasure.state == ErasureState::Waiting
    }
}

impl SpaceHandle {
    /// The letter that asks a recipient to erase. Nothing is sent, and nothing is written.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] when there is no such entry or party, [`VaultError::Invalid`] when it got nothing that it could erase.
    pub async fn erasure_letter(&self, of: EraseOf) -> Result<EraseLetter, VaultError> {
        let (now, made_up) = (self.vault().clock().now(), self.info().made_up);
        self.read(move |db| db.read(|view| write_letter(view, of, now, made_up)))
            .await
    }

    /// Logs that the person asked a recipient to erase, and starts its month. While a request waits for an answer this is the same
    /// request once more, and the month goes on. Gives the request.
    ///
    /// # Errors
    /// As [`Self::erasure_letter`]; the database could not be written.
    pub async fn ask_to_erase(&self, of: EraseOf, way: ErasureWay) -> Result<DisclosureId, VaultError> {
        self.write(move |turn| ask(turn, of, way)).await
    }

    /// Logs what a recipient answered, as the person says; the month stops.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] when no such request waits for an answer.
    pub async fn erasure_answered(&self, id: DisclosureId, erased: bool) -> Result<(), VaultError> {
        self.write(move |turn| answered(turn, id, erased)).await
    }

    /// The newest request to a party, if there is one.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn erasure_of(&self, kind: PartyKind, id: &str) -> Result<Option<ErasureView>, VaultError> {
        let (id, now) = (id.to_owned(), self.vault().clock().now());
        self.read(move |db| db.read(|view| last_of(view, kind, &id, now)))
            .await
    }
}

/// The newest request to a party.
pub(super) fn last_of(
    view: &View<'_>,
    kind: PartyKind,
    id: &str,
    now: OffsetDateTime,
) -> Result<Option<ErasureView>, VaultError> {
    let last = erasures::last_of(view, kind, id)?;
    Ok(last.map(|erasure| ErasureView::new(erasure, now)))
}

/// Whether a party got something that left this computer.
pub(crate) fn can_ask(view: &View<'_>, party: &Party) -> Result<bool, VaultError> {
    if !is_outside(party.kind) || contact(view, party)?.stays_here {
        return Ok(false);
    }
    Ok(disclosures::was_shared_with(view, party.kind, &party.id)?)
}

/// What is known of a party: what it said with its newest question, and what its manifest says where the question is silent.
pub(super) fn contact(view: &View<'_>, party: &Party) -> Result<Contact, VaultError> {
    let newest = requests::of_recipient(view, party.kind, &party.id, LOOK_BACK)?;
    let mut contact = match newest.first() {
        Some(request) => said(Detail::read(request)?),
        None => Contact::default(),
    };
    contact.name.clone_from(&party.name);
    if let (PartyKind::App, Ok(id)) = (party.kind, party.id.parse::<AppId>())
        && let Some(app) = apps::get(view, id)?
    {
        let manifest = stored_manifest(&app)?;
        for (known, now) in [
            (&mut contact.email, manifest.email),
            (&mut contact.account, app.account),
        ] {
            if known.is_empty() {
                *known = now;
            }
        }
    }
    Ok(contact)
}

fn said(detail: Detail) -> Contact {
    Contact {
        name: String::new(),
        maker: detail.maker,
        origin: detail.origin,
        email: detail.contact,
        page: detail.privacy,
        account: detail.account,
        stays_here: detail.destination == Destination::Local,
    }
}

/// Kinds of party that somebody else answers for.
pub(super) const fn is_outside(kind: PartyKind) -> bool {
    match kind {
        PartyKind::App | PartyKind::Service | PartyKind::Consumer | PartyKind::Cooperative => true,
        PartyKind::Platform | PartyKind::Backpack | PartyKind::Person => false,
    }
}

/// Who is asked, and the entry that the request refers to.
struct Subject {
    party: Party,
    face: Face,
    about: DisclosureId,
    grant: Option<GrantId>,
    shared: Vec<Shared>,
}

impl Subject {
    fn of(view: &View<'_>, of: EraseOf) -> Result<Self, VaultError> {
        let entry = match of {
            EraseOf::Entry(id) => disclosures::get(view, id)?.ok_or(VaultError::NoSuch("entry"))?,
            EraseOf::App(id) => newest_release(view, &super::app_party(id, ""))?,
        };
        if !can_ask(view, &entry.party)? {
            return Err(nothing_to_erase());
        }
        let shares = matches!(entry.kind, DisclosureKind::Granted | DisclosureKind::Released);
        let about = if shares {
            entry
        } else {
            newest_release(view, &entry.party)?
        };
        Ok(Self {
            shared: disclosures::shared_with(view, about.party.kind, &about.party.id)?,
            face: about.face,
            about: about.id,
            grant: about.grant,
            party: about.party,
        })
    }

    fn waiting(&self, view: &View<'_>) -> Result<Option<Erasure>, VaultError> {
        let last = erasures::last_of(view, self.party.kind, &self.party.id)?;
        Ok(last.filter(|erasure| erasure.state == ErasureState::Waiting))
    }

    fn scopes(&self) -> Vec<Scope> {
        let mut scopes: Vec<Scope> = Vec::new();
        for scope in self.shared.iter().flat_map(|one| &one.scopes) {
            if !scopes.contains(scope) {
                scopes.push(scope.clone());
            }
        }
        scopes
    }
}

fn newest_release(view: &View<'_>, party: &Party) -> Result<Disclosure, VaultError> {
    let newest = disclosures::list(view, &releases(party), 0, 1)?;
    newest.into_iter().next().ok_or_else(nothing_to_erase)
}

fn releases(party: &Party) -> LogFilter {
    LogFilter {
        party: Some((party.kind, party.id.clone())),
        kinds: vec![DisclosureKind::Released],
        ..LogFilter::default()
    }
}

const fn nothing_to_erase() -> VaultError {
    VaultError::Invalid {
        field: "recipient",
        why: "one that received something which left this computer",
    }
}

fn write_letter(
    view: &View<'_>,
    of: EraseOf,
    now: OffsetDateTime,
    made_up: bool,
) -> Result<EraseLetter, VaultError> {
    let subject = Subject::of(view, of)?;
    let contact = contact(view, &subject.party)?;
    let waiting = subject
        .waiting(view)?
        .map(|erasure| ErasureView::new(erasure, now));
    let shared = kinds(&subject.shared);
    let facts = letter::Facts {
        contact: &contact,
        person: &person(view)?,
        shared: &shared,
        waiting: waiting.as_ref().map(|waiting| waiting.clock),
        today: now.date(),
        made_up,
    };
    let (title, text) = (letter::subject(&facts), letter::text(&facts));
    let email = letter::mail_address(&contact.email).map(str::to_owned);
    let live = grants::live(view, now)?;
    Ok(EraseLetter {
        mailto: email.as_ref().map(|email| letter::mailto(email, &title, &text)),
        subject: title,
        text,
        email,
        sees: live.iter().any(|grant| {
            grant.recipient.kind == subject.party.kind && grant.recipient.id == subject.party.id
        }),
        page: contact.page,
        party: subject.party,
        shared,
        waiting,
    })
}

/// The person's own name, as the profile has it.
pub(super) fn person(view: &View<'_>) -> Result<String, VaultError> {
    let mut names = Vec::new();
    for field in [
        PersonaField::FirstName,
        PersonaField::MiddleName,
        PersonaField::LastName,
    ] {
        names.extend(persona::get(view, field.name())?);
    }
    Ok(names.join(" "))
}

fn ask(turn: &mut Turn<'_>, of: EraseOf, way: ErasureWay) -> Result<DisclosureId, VaultError> {
    let now = turn.now();
    let id = turn.space.db.write(|tx| {
        let subject = Subject::of(tx, of)?;
        let waiting = subject.waiting(tx)?;
        let mut new = log::entry(now, DisclosureKind::EraseAsked, &subject.party, subject.face);
        new.scopes = subject.scopes();
        new.grant = subject.grant;
        new.reason = way.as_str().to_owned();
        new.refers_to = Some(waiting.as_ref().map_or(subject.about, |erasure| erasure.id));
        new.text = match waiting {
            Some(_) => "You asked them again to erase it",
            None => "You asked them to erase it",
        }
        .to_owned();
        let entry = log::append(tx, new)?;
        let erasure = match waiting {
            Some(erasure) => Erasure {
                asked_again_at: Some(now),
                ..erasure
            },
            None => Erasure {
                id: entry,
                party: subject.party,
                way,
                asked_at: now,
                asked_again_at: None,
                state: ErasureState::Waiting,
                answered_at: None,
            },
        };
        erasures::put(tx, &erasure)?;
        Ok::<_, VaultError>(erasure.id)
    })?;
    log::tell(turn);
    Ok(id)
}

fn answered(turn: &mut Turn<'_>, id: DisclosureId, erased: bool) -> Result<(), VaultError> {
    let now = turn.now();
    turn.space.db.write(|tx| {
        let erasure = erasures::get(tx, id)?
            .filter(|erasure| erasure.state == ErasureState::Waiting)
            .ok_or(VaultError::NoSuch("request to erase"))?;
        let asked = disclosures::get(tx, id)?;
        let face = asked.as_ref().map_or(Face::Own, |entry| entry.face);
        let (state, text) = if erased {
            (ErasureState::Erased, "They say that they erased it")
        } else {
            (ErasureState::Refused, "They say that they will not")
        };
        let mut new = log::entry(now, DisclosureKind::EraseAnswered, &erasure.party, face);
        // A request that came with a backpack may have no entry in this log.
        new.refers_to = asked.map(|entry| entry.id);
        new.reason = state.as_str().to_owned();
        new.text = text.to_owned();
        log::append(tx, new)?;
        let done = Erasure {
            state,
            answered_at: Some(now),
            ..erasure
        };
        Ok::<_, VaultError>(erasures::put(tx, &done)?)
    })?;
    log::tell(turn);
    Ok(())
}
