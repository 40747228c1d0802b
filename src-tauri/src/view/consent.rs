//! A question as the window shows it, and the answer as it comes back.

use serde::{Deserialize, Serialize};
use specta::Type;
use time::OffsetDateTime;
use vault_core::{
    VaultError,
    disclosure::{self, Destination, Identity as CoreIdentity, Leaf},
};
use vault_store::{
    Scope,
    grants::{self, Precision},
};

use super::{
    records::{day, mirror},
    time::{iso, stamp},
    values::Theme,
    words::connection_id,
};
use crate::error::{Answer, AppError};

/// What ties a requester to its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
enum Identity {
    Origin,
    Package,
    Key,
    Unknown,
}

/// Where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
enum DestinationKind {
    Local,
    Internet,
    File,
}

/// How exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
enum Detail {
    Exact,
    Week,
    Month,
}

mirror!(
    /// How exact amounts are.
    Amounts of grants::Amounts { Exact, Rounded }
);
mirror!(
    /// How exact places are.
    Places of grants::Places { Exact, Kilometre, Hidden }
);
mirror!(
    /// Whether other people's names are told.
    People of grants::People { Named, Removed }
);

/// What the records that are asked for, each by itself, could tell less exactly.
#[derive(Clone, Copy, Serialize, Type)]
#[serde(rename_all = "camelCase")]
struct Coarseness {
    places: bool,
    exact_places: bool,
    people: bool,
}

/// A question.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Question {
    id: String,
    name: String,
    maker: String,
    origin: String,
    identity: Identity,
    identity_words: String,
    title: String,
    purpose: Option<String>,
    privacy: Option<String>,
    destination: String,
    destination_kind: DestinationKind,
    expires_at: String,
    waiting: u32,
    made_up: bool,
    scopes: Vec<ScopeLine>,
    sources: Vec<Source>,
    periods: Vec<Period>,
    details: Vec<DetailChoice>,
    coarseness: Coarseness,
    until_proposal: String,
    before: Option<String>,
    /// What may be refused for ever, in words; none when that is not offered.
    always: Option<String>,
}

#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
struct ScopeLine {
    scope: String,
    words: String,
    required: bool,
    explanation: Option<String>,
    declared: bool,
    high_risk: bool,
    refused_at: Option<String>,
}

#[derive(Clone, Serialize, Type)]
struct Source {
    connection: String,
    name: String,
    second: String,
}

#[derive(Clone, Serialize, Type)]
struct Period {
    id: String,
    label: String,
    from: Option<String>,
    to: Option<String>,
}

#[derive(Clone, Serialize, Type)]
struct DetailChoice {
    id: Detail,
    label: String,
}

impl Question {
    /// `waiting` counts the questions behind it, of all spaces.
    pub(crate) fn new(question: &disclosure::Question, waiting: usize) -> Self {
        Self {
            id: question.id.to_string(),
            name: question.name.clone(),
            maker: question.maker.clone(),
            origin: question.origin.clone(),
            identity: identity(&question.identity),
            identity_words: question.identity_words.clone(),
            title: question.title.clone(),
            purpose: question.purpose.clone(),
            privacy: question.privacy.clone(),
            destination: question.destination_words.clone(),
            destination_kind: destination(&question.destination),
            expires_at: stamp(question.expires_at),
            waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
            made_up: question.made_up,
            scopes: question.scopes.iter().map(scope_line).collect(),
            sources: question.sources.iter().map(source).collect(),
            periods: question.periods.iter().map(period).collect(),
            details: question.details.iter().filter_map(detail_choice).collect(),
            until_proposal: iso(question.until_proposal),
            before: question.before.clone(),
            always: question.always.clone(),
            coarseness: Coarseness {
                places: question.coarseness.places,
                exact_places: question.coarseness.exact_places,
                people: question.coarseness.people,
            },
        }
    }
}

/// What was chosen.
#[derive(Clone, Deserialize, Type)]
pub(crate) struct Narrowing {
    scopes: Vec<String>,
    connections: Vec<String>,
    from: Option<String>,
    to: Option<String>,
    detail: Detail,
    amounts: Amounts,
    places: Places,
    people: People,
}

impl Narrowing {
    /// The scopes and the narrowing for the vault. Where records are shared, no chosen connection means none, never all.
    pub(crate) fn read(self) -> Answer<(Vec<Scope>, disclosure::Narrowing)> {
        let scopes: Vec<Scope> = self
            .scopes
            .iter()
            .map(|text| scope(text))
            .collect::<Answer<_>>()?;
        let records = scopes
            .iter()
            .filter_map(Leaf::of)
            .any(|leaf| leaf.opens_records());
        let connections = self
            .connections
            .iter()
            .map(|text| connection_id(text))
            .collect::<Answer<Vec<_>>>()?;
        let narrowing = disclosure::Narrowing {
            connections: records.then_some(connections),
            from: self.from.as_deref().map(day).transpose()?,
            to: self.to.as_deref().map(day).transpose()?,
            precision: match self.detail {
                Detail::Exact => Precision::Exact,
                Detail::Week => Precision::Week,
                Detail::Month => Precision::Month,
            },
            amounts: self.amounts.into(),
            places: self.places.into(),
            people: self.people.into(),
        };
        Ok((scopes, narrowing))
    }
}

/// For how long.
#[derive(Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub(crate) enum Duration {
    Once,
    Until { date: String },
    UntilStopped,
}

impl TryFrom<Duration> for disclosure::Duration {
    type Error = VaultError;

    fn try_from(duration: Duration) -> Result<Self, VaultError> {
        Ok(match duration {
            Duration::Once => Self::Once,
            Duration::Until { date } => Self::Until(day(&date)?),
            Duration::UntilStopped => Self::UntilRevoked,
        })
    }
}

/// Exactly what would leave.
#[derive(Clone, Serialize, Type)]
pub(crate) struct Preview {
    sentence: String,
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
    total: u64,
    bytes: u64,
    sha256: String,
    raw: String,
}

#[derive(Clone, Serialize, Type)]
struct Column {
    name: String,
    end: bool,
}

impl From<disclosure::Preview> for Preview {
    fn from(preview: disclosure::Preview) -> Self {
        Self {
            sentence: preview.sentence,
            columns: preview
                .columns
                .iter()
                .map(|column| Column {
                    name: column.name.to_owned(),
                    end: column.end,
                })
                .collect(),
            rows: preview.rows,
            total: preview.total,
            bytes: preview.bytes,
            sha256: preview.sha256.to_string(),
            raw: preview.raw,
        }
    }
}

/// How the window looks.
#[derive(Clone, Serialize, Type)]
pub(crate) struct Look {
    pub(crate) theme: Theme,
    pub(crate) stitch: Vec<u8>,
}

fn scope(text: &str) -> Answer<Scope> {
    Scope::new(text).map_err(|_| AppError::new("SYS-712"))
}

fn identity(identity: &CoreIdentity) -> Identity {
    match identity {
        CoreIdentity::Package { .. } => Identity::Package,
        CoreIdentity::Origin { .. } => Identity::Origin,
        CoreIdentity::Key { .. } => Identity::Key,
        CoreIdentity::Unknown => Identity::Unknown,
    }
}

/// A program on this computer may pass on what it gets, so it does not count as staying here.
fn destination(destination: &Destination) -> DestinationKind {
    match destination {
        Destination::Local => DestinationKind::Local,
        Destination::Program { .. } | Destination::Internet { .. } => DestinationKind::Internet,
        Destination::File => DestinationKind::File,
    }
}

fn scope_line(line: &disclosure::ScopeLine) -> ScopeLine {
    ScopeLine {
        scope: line.scope.to_string(),
        words: line.words.clone(),
        required: line.required,
        explanation: line.explanation.clone(),
        declared: line.declared,
        high_risk: line.high_risk,
        refused_at: line.refused_at.map(|at: OffsetDateTime| stamp(at)),
    }
}

fn source(source: &disclosure::Source) -> Source {
    Source {
        connection: source.connection.to_string(),
        name: source.name.clone(),
        second: source.second.clone(),
    }
}

fn period(choice: &disclosure::PeriodChoice) -> Period {
    Period {
        id: choice.id.to_owned(),
        label: choice.label.to_owned(),
        from: choice.from.map(iso),
        to: choice.to.map(iso),
    }
}

fn detail_choice(choice: &disclosure::DetailChoice) -> Option<DetailChoice> {
    let id = match choice.precision {
        Precision::Exact => Detail::Exact,
        Precision::Week => Detail::Week,
        Precision::Month => Detail::Month,
        Precision::Year => return None,
    };
    Some(DetailChoice {
        id,
        label: choice.label.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(scopes: &[&str], connections: &[&str]) -> Narrowing {
        Narrowing {
            scopes: scopes.iter().map(|text| (*text).to_owned()).collect(),
            connections: connections.iter().map(|text| (*text).to_owned()).collect(),
            from: Some("2026-06-08".into()),
            to: None,
            detail: Detail::Week,
            amounts: Amounts::Exact,
            places: Places::Hidden,
            people: People::Removed,
        }
    }

    #[test]
    fn no_platform_means_none_and_never_all() {
        let (_, narrowing) = chosen(&["vault:work.summary:get"], &[]).read().unwrap();
        assert_eq!(narrowing.connections, Some(Vec::new()));
        let (_, narrowing) = chosen(&["vault:profile.city:get"], &[]).read().unwrap();
        assert_eq!(narrowing.connections, None);
    }

    #[test]
    fn what_is_no_choice_is_refused() {
        assert!(chosen(&["vault:*:get"], &[]).read().is_err());
        assert!(chosen(&["vault:work.summary:get"], &["x"]).read().is_err());
        assert!(disclosure::Duration::try_from(Duration::Until { date: "soon".into() }).is_err());
    }

    #[test]
    fn a_program_on_this_computer_may_pass_it_on() {
        assert_eq!(
            destination(&Destination::Program {
                address: "127.0.0.1:8001".into()
            }),
            DestinationKind::Internet
        );
        assert_eq!(destination(&Destination::Local), DestinationKind::Local);
    }
}
