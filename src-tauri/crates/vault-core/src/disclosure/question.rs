//! A question as the person sees it: who asks, for what, from where, and what was before.

use std::collections::BTreeMap;

use time::{Date, Duration, OffsetDateTime};
use vault_store::{
    ConnectionId, PartyKind, RequestId, Scope, View,
    connections::{self, Connection, ConnectionState, ConnectionWay},
    grants::Precision,
    records::{self, RecordFilter, Step},
    requests::{self, Request, RequestState},
};

use super::{
    decide::waiting,
    ending::sweep,
    format::{counted, day, moment, money, short_day},
    leaf::Leaf,
    narrowing::can_sum,
    request::{Destination, Detail, Identity, scopes_of},
    scope_words::{joined, label, title},
};
use crate::{SpaceHandle, VaultError};

/// How many earlier questions of a requester are looked at.
const LOOK_BACK: u32 = 200;

/// The end that is proposed for standing access, in days from today.
const PROPOSED_DAYS: i64 = 90;

/// A question that waits for the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its identifier.
    pub id: RequestId,
    /// The requester's kind.
    pub kind: PartyKind,
    /// The requester's identifier.
    pub party: String,
    /// The requester's name.
    pub name: String,
    /// Who made it; empty if it does not say.
    pub maker: String,
    /// Its origin or address.
    pub origin: String,
    /// What ties it to its name.
    pub identity: Identity,
    /// The same in words, such as `Part of Satchel`.
    pub identity_words: String,
    /// The whole question in a line.
    pub title: String,
    /// Its reason in its own words.
    pub purpose: Option<String>,
    /// Where it says how it treats the data.
    pub privacy: Option<String>,
    /// Where the data goes.
    pub destination: Destination,
    /// The same in words, without capital and stop: `goes to hourly.example over the internet`.
    pub destination_words: String,
    /// When the question was asked.
    pub asked_at: OffsetDateTime,
    /// When it ends as refused.
    pub expires_at: OffsetDateTime,
    /// How many other questions wait.
    pub waiting: usize,
    /// Whether the space holds made-up data.
    pub made_up: bool,
    /// What is asked for.
    pub scopes: Vec<ScopeLine>,
    /// The connections that could be shared from; none when nothing of them is asked for.
    pub sources: Vec<Source>,
    /// Periods to choose from; none when nothing is asked for that lies in time.
    pub periods: Vec<PeriodChoice>,
    /// Details to choose from; none when there is only one.
    pub details: Vec<DetailChoice>,
    /// The end that is proposed for standing access.
    pub until_proposal: Date,
    /// What was between the person and the requester before.
    pub before: Option<String>,
}

/// One thing that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeLine {
    /// The scope.
    pub scope: Scope,
    /// In words.
    pub words: String,
    /// The requester says that it needs this.
    pub required: bool,
    /// Why, in its words.
    pub explanation: Option<String>,
    /// Whether it stood on the list that the person saw when the requester was admitted.
    pub declared: bool,
    /// Whether sharing it needs the passphrase again.
    pub high_risk: bool,
    /// When the person refused it last.
    pub refused_at: Option<OffsetDateTime>,
}

/// A connection to share from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The connection.
    pub connection: ConnectionId,
    /// The platform's name.
    pub name: String,
    /// How much there is, and whether something is missing.
    pub second: String,
}

/// A period to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodChoice {
    /// `4w`, `12w`, `24w`, `12m` or `all`.
    pub id: &'static str,
    /// In words.
    pub label: &'static str,
    /// First day.
    pub from: Option<Date>,
    /// Last day; none, so that standing access sees later days too.
    pub to: Option<Date>,
}

/// How exact to share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DetailChoice {
    /// The precision.
    pub precision: Precision,
    /// In words.
    pub label: &'static str,
}

impl SpaceHandle {
    /// The questions that wait for the person, oldest first.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read or written.
    pub async fn pending_requests(&self) -> Result<Vec<Request>, VaultError> {
        self.write(|turn| {
            sweep(turn)?;
            Ok(turn.space.db.read(requests::pending)?)
        })
        .await
    }

    /// A question with everything that the person needs to decide.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] when the question is over.
    pub async fn question(&self, id: RequestId) -> Result<Question, VaultError> {
        let now = self.vault().clock().now();
        let made_up = self.info().made_up;
        self.read(move |db| db.read(|view| build(view, id, now, made_up)))
            .await
    }
}

fn build(view: &View<'_>, id: RequestId, now: OffsetDateTime, made_up: bool) -> Result<Question, VaultError> {
    let request = waiting(view, id)?;
    if request.expires_at <= now {
        return Err(VaultError::NoSuch("question"));
    }
    let detail = Detail::read(&request)?;
    let scopes = scopes_of(&request);
    let records = opens_records(&scopes);
    let earlier = requests::of_recipient(view, request.recipient.kind, &request.recipient.id, LOOK_BACK)?;
    let today = now.date();
    Ok(Question {
        id,
        kind: request.recipient.kind,
        party: request.recipient.id.clone(),
        title: title(&request.recipient.name, &scopes),
        name: request.recipient.name.clone(),
        identity_words: identity_words(&detail.identity),
        destination_words: destination_words(&detail.destination),
        maker: detail.maker.clone(),
        origin: detail.origin.clone(),
        identity: detail.identity.clone(),
        purpose: Some(request.purpose.clone()).filter(|purpose| !purpose.is_empty()),
        privacy: detail.privacy.clone(),
        destination: detail.destination.clone(),
        asked_at: request.created_at,
        expires_at: request.expires_at,
        waiting: requests::pending(view)?.len().saturating_sub(1),
        made_up,
        scopes: scope_lines(&request, &detail, &earlier),
        sources: if records {
            sources(view, &scopes, &detail)?
        } else {
            Vec::new()
        },
        periods: if records { periods(today) } else { Vec::new() },
        details: details(&scopes),
        until_proposal: today.checked_add(Duration::days(PROPOSED_DAYS)).unwrap_or(today),
        before: before(&earlier),
    })
}

fn opens_records(scopes: &[Scope]) -> bool {
    scopes
        .iter()
        .filter_map(Leaf::of)
        .any(|leaf| leaf.opens_records())
}

fn scope_lines(request: &Request, detail: &Detail, earlier: &[Request]) -> Vec<ScopeLine> {
    request
        .asks
        .iter()
        .map(|ask| ScopeLine {
            words: label(&ask.scope),
            required: ask.required,
            explanation: ask.explanation.clone().filter(|words| !words.is_empty()),
            declared: !detail.undeclared.contains(&ask.scope),
            high_risk: Leaf::of(&ask.scope).is_some_and(|leaf| leaf.is_identity_number()),
            refused_at: earlier
                .iter()
                .filter(|other| other.state == RequestState::Refused)
                .find(|other| other.asks.iter().any(|asked| asked.scope == ask.scope))
                .and_then(|other| other.ended_at),
            scope: ask.scope.clone(),
        })
        .collect()
}

/// What ties a recipient to its name, in words.
#[must_use]
pub fn identity_words(identity: &Identity) -> String {
    match identity {
        Identity::Package { included: true } => "Part of Satchel".to_owned(),
        Identity::Package { included: false } => "Kept in your vault".to_owned(),
        Identity::Origin { since } => format!("Same address since {}", day(since.date())),
        Identity::Key { since } => format!("Same key since {}", day(since.date())),
        Identity::Unknown => "Satchel cannot tell who this is".to_owned(),
    }
}

/// Where data goes, in words without capital and stop.
#[must_use]
pub fn destination_words(destination: &Destination) -> String {
    match destination {
        Destination::Local => "stays on this computer".to_owned(),
        Destination::Program { address } => {
            format!("goes to a program on this computer at {address}, which may pass it on")
        }
        Destination::Internet { host } => format!("goes to {host} over the internet"),
        Destination::File => "goes into a file".to_owned(),
    }
}

fn sources(view: &View<'_>, scopes: &[Scope], detail: &Detail) -> Result<Vec<Source>, VaultError> {
    let asked = Asked::of(scopes);
    let months = records::coverage(view, &RecordFilter::default())?;
    let allowed = |connection: &Connection| {
        let most = detail.narrowing.connections.as_ref();
        most.is_none_or(|most| most.contains(&connection.id))
    };
    let mut sources = Vec::new();
    for connection in connections::list(view)?.into_iter().filter(allowed) {
        let covered: Vec<&str> = months
            .iter()
            .filter(|row| row.connection == connection.id)
            .map(|row| row.month.as_str())
            .collect();
        let amount = amount(view, &connection, &asked)?;
        let second = match standing(&connection, &covered) {
            Some(standing) => format!("{amount}, {standing}"),
            None => amount,
        };
        sources.push(Source {
            connection: connection.id,
            name: connection.name,
            second,
        });
    }
    Ok(sources)
}

struct Asked {
    money: bool,
    kinds: Vec<vault_store::RecordKind>,
}

impl Asked {
    fn of(scopes: &[Scope]) -> Self {
        let leaves: Vec<Leaf> = scopes.iter().filter_map(Leaf::of).collect();
        Self {
            money: leaves.contains(&Leaf::Summary)
                || leaves.contains(&Leaf::Records(vault_store::RecordKind::Payment)),
            kinds: leaves.iter().filter_map(Leaf::kind).collect(),
        }
    }
}

/// The sum that was earned where money is asked for, else the number of records.
fn amount(view: &View<'_>, connection: &Connection, asked: &Asked) -> Result<String, VaultError> {
    let filter = RecordFilter {
        connections: Some(vec![connection.id]),
        ..RecordFilter::default()
    };
    if asked.money {
        let totals = records::totals(view, &filter)?;
        let sums: Vec<String> = totals.sums.iter().map(|sum| money(sum.amount)).collect();
        if !sums.is_empty() {
            let sums: Vec<&str> = sums.iter().map(String::as_str).collect();
            return Ok(joined(&sums));
        }
    }
    let filter = RecordFilter {
        kinds: asked.kinds.clone(),
        ..filter
    };
    let count = records::totals(view, &filter)?.count;
    Ok(match count {
        0 => "nothing yet".to_owned(),
        count => counted(count, "record", "records"),
    })
}

/// Whether something is missing, so that nobody shares a misleading sum.
fn standing(connection: &Connection, covered: &[&str]) -> Option<String> {
    if connection.way == ConnectionWay::Own || covered.is_empty() {
        return None;
    }
    let gaps = missing_months(covered);
    if gaps > 0 {
        return Some(format!("{} missing", counted(gaps, "month", "months")));
    }
    match (connection.state, connection.last_fetch_at) {
        (
            ConnectionState::Working
            | ConnectionState::File
            | ConnectionState::Typed
            | ConnectionState::Fetching,
            _,
        ) => Some("no gaps".to_owned()),
        (_, Some(last)) => Some(format!("nothing since {}", short_day(last.date()))),
        (_, None) => Some("not finished".to_owned()),
    }
}

/// Months without data between the first and the last that have some.
fn missing_months(covered: &[&str]) -> u64 {
    let number = |month: &&str| -> Option<i64> {
        let (year, month) = month.split_once('-')?;
        Some(year.parse::<i64>().ok()? * 12 + month.parse::<i64>().ok()?)
    };
    let numbers: BTreeMap<i64, ()> = covered
        .iter()
        .filter_map(number)
        .map(|number| (number, ()))
        .collect();
    let span = numbers
        .keys()
        .next_back()
        .zip(numbers.keys().next())
        .map_or(0, |(last, first)| last - first + 1);
    u64::try_from(span)
        .unwrap_or(0)
        .saturating_sub(numbers.len() as u64)
}

/// Whole weeks and months, so that no sum is cut; without a last day, so that standing access sees later days too.
fn periods(today: Date) -> Vec<PeriodChoice> {
    let week = |weeks: i64| Step::Week.begin(today).checked_sub(Duration::weeks(weeks - 1));
    let year = (0..11).try_fold(Step::Month.begin(today), |first, _| {
        first.previous_day().map(|day| Step::Month.begin(day))
    });
    let choice = |id, label, from| PeriodChoice {
        id,
        label,
        from,
        to: None,
    };
    vec![
        choice("4w", "4 weeks", week(4)),
        choice("12w", "12 weeks", week(12)),
        choice("24w", "24 weeks", week(24)),
        choice("12m", "12 months", year),
        choice("all", "All", None),
    ]
}

/// Sums can be chosen where work is asked for; single gigs where they are.
fn details(scopes: &[Scope]) -> Vec<DetailChoice> {
    if !can_sum(scopes) {
        return Vec::new();
    }
    let single = scopes
        .iter()
        .filter_map(Leaf::of)
        .any(|leaf| leaf.kind().is_some());
    let mut choices = vec![
        DetailChoice {
            precision: Precision::Month,
            label: "Monthly totals",
        },
        DetailChoice {
            precision: Precision::Week,
            label: "Weekly totals",
        },
    ];
    if single {
        choices.push(DetailChoice {
            precision: Precision::Exact,
            label: "Every gig",
        });
    }
    choices
}

/// "You shared with it twice, last on 12 Oct 2026." or when the person refused it.
fn before(earlier: &[Request]) -> Option<String> {
    let ended = |state: RequestState| {
        earlier
            .iter()
            .filter(move |request| request.state == state)
            .filter_map(|request| request.ended_at)
    };
    let shared: Vec<OffsetDateTime> = ended(RequestState::Granted).collect();
    if let Some(last) = shared.iter().max() {
        let times = match shared.len() {
            1 => return Some(format!("You shared with it once, on {}.", day(last.date()))),
            2 => "twice".to_owned(),
            more => format!("{more} times"),
        };
        return Some(format!(
            "You shared with it {times}, last on {}.",
            day(last.date())
        ));
    }
    let refused = ended(RequestState::Refused).max()?;
    Some(format!("You refused on {}.", moment(refused)))
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    fn scopes(texts: &[&str]) -> Vec<Scope> {
        texts
            .iter()
            .map(|text| Scope::new(&format!("vault:{text}:get")).unwrap())
            .collect()
    }

    #[test]
    fn periods_are_whole() {
        let from: Vec<_> = periods(date!(2026 - 11 - 22))
            .into_iter()
            .map(|period| (period.id, period.from))
            .collect();
        assert_eq!(
            from,
            vec![
                ("4w", Some(date!(2026 - 10 - 26))),
                ("12w", Some(date!(2026 - 08 - 31))),
                ("24w", Some(date!(2026 - 06 - 08))),
                ("12m", Some(date!(2025 - 12 - 01))),
                ("all", None),
            ]
        );
    }

    #[test]
    fn details_fit_what_is_asked() {
        let words = |texts: &[&str]| -> Vec<&str> {
            details(&scopes(texts))
                .iter()
                .map(|choice| choice.label)
                .collect()
        };
        assert_eq!(words(&["work.summary"]), ["Monthly totals", "Weekly totals"]);
        assert_eq!(
            words(&["work.records"]),
            ["Monthly totals", "Weekly totals", "Every gig"]
        );
        assert!(words(&["reviews"]).is_empty());
        assert!(words(&["profile.city"]).is_empty());
    }

    #[test]
    fn missing_months_lie_between() {
        assert_eq!(missing_months(&["2026-01", "2026-02"]), 0);
        assert_eq!(missing_months(&["2025-11", "2026-02"]), 2);
        assert_eq!(missing_months(&[]), 0);
    }
}
