//! The paths of `/v1`, read strictly: an unknown argument is a mistake, never something else than was meant.

use time::{Date, macros::format_description};
use url::Url;
use vault_store::{
    RecordKind, Scope,
    records::{Cursor, Step},
};

use super::super::leaf::Leaf;
use crate::{VaultError, persona::PersonaField};

/// Longest path with its query, in bytes.
const LONGEST: usize = 2048;
/// Records of a page unless the caller says otherwise, and at most.
const PAGE: u32 = 100;
const MOST: u32 = 1000;

/// The paths of all routes.
pub const PATHS: [&str; 5] = [
    "/v1/profile",
    "/v1/records",
    "/v1/summary",
    "/v1/changes",
    "/v1/grant",
];

/// What a caller reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    /// `/v1/profile`; no fields means all that are shared.
    Profile(Vec<PersonaField>),
    /// `/v1/records`
    Records(RecordsQuery),
    /// `/v1/summary`
    Summary(SummaryQuery),
    /// `/v1/changes`
    Changes(ChangesQuery),
    /// `/v1/grant`
    Grant,
}

/// The arguments of `/v1/records`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RecordsQuery {
    /// No kinds means all that are shared.
    pub(super) kinds: Vec<RecordKind>,
    pub(super) platform: Option<String>,
    pub(super) from: Option<Date>,
    pub(super) to: Option<Date>,
    pub(super) after: Option<Cursor>,
    pub(super) limit: u32,
}

/// The arguments of `/v1/summary`. It takes no days: sums of chosen days would undo a coarser precision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SummaryQuery {
    pub(super) by: Step,
    pub(super) platform: Option<String>,
}

/// The arguments of `/v1/changes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ChangesQuery {
    pub(super) kinds: Vec<RecordKind>,
    pub(super) platform: Option<String>,
    pub(super) after: u64,
    pub(super) limit: u32,
}

/// Why a path is no route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotARoute {
    /// There is no such path.
    Unknown,
    /// An argument has another form than it should.
    Argument(&'static str),
}

impl Route {
    /// Reads a path with its query, such as `/v1/records?kind=work`.
    pub(super) fn parse(path_and_query: &str) -> Result<Self, NotARoute> {
        if path_and_query.len() > LONGEST || !path_and_query.starts_with("/v1/") {
            return Err(NotARoute::Unknown);
        }
        let url = Url::parse(&format!("http://vault{path_and_query}")).map_err(|_| NotARoute::Unknown)?;
        // The parser resolves dots; a path that changes by that is none of ours.
        let plain = path_and_query.split(['?', '#']).next().unwrap_or_default();
        if url.path() != plain || url.fragment().is_some() {
            return Err(NotARoute::Unknown);
        }
        let mut arguments = Arguments::of(&url)?;
        let route = match url.path() {
            "/v1/profile" => Self::Profile(arguments.fields()?),
            "/v1/records" => Self::Records(arguments.records()?),
            "/v1/summary" => Self::Summary(arguments.summary()?),
            "/v1/changes" => Self::Changes(arguments.changes()?),
            "/v1/grant" => Self::Grant,
            _ => return Err(NotARoute::Unknown),
        };
        arguments.end()?;
        Ok(route)
    }

    /// The leaves that must be shared; none when the route takes what there is.
    pub(super) fn wanted(&self) -> Result<Vec<Scope>, VaultError> {
        match self {
            Self::Profile(fields) => fields.iter().map(|field| Leaf::Profile(*field).scope()).collect(),
            Self::Records(RecordsQuery { kinds, .. }) | Self::Changes(ChangesQuery { kinds, .. }) => {
                kinds.iter().map(|kind| Leaf::Records(*kind).scope()).collect()
            }
            Self::Summary(_) => Ok(vec![Leaf::Summary.scope()?]),
            Self::Grant => Ok(Vec::new()),
        }
    }
}

/// The arguments that were not yet read.
struct Arguments(Vec<(String, String)>);

impl Arguments {
    fn of(url: &Url) -> Result<Self, NotARoute> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (name, value) in url.query_pairs() {
            if pairs.iter().any(|(known, _)| *known == name) {
                return Err(NotARoute::Argument("An argument is there twice."));
            }
            pairs.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(pairs))
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(at).1)
    }

    fn end(self) -> Result<(), NotARoute> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(NotARoute::Argument("This route does not know an argument."))
        }
    }

    fn fields(&mut self) -> Result<Vec<PersonaField>, NotARoute> {
        let wrong = NotARoute::Argument("Expected fields of the profile, with commas.");
        list(self.take("fields"), wrong, |name| name.parse().ok())
    }

    fn kinds(&mut self) -> Result<Vec<RecordKind>, NotARoute> {
        let wrong = NotARoute::Argument(
            "Expected kinds with commas: work, payment, rating, review, achievement, restriction.",
        );
        list(self.take("kind"), wrong, RecordKind::from_word)
    }

    fn records(&mut self) -> Result<RecordsQuery, NotARoute> {
        Ok(RecordsQuery {
            kinds: self.kinds()?,
            platform: self.take("platform"),
            from: self.day("from")?,
            to: self.day("to")?,
            after: match self.take("after") {
                None => None,
                Some(text) => Some(
                    text.parse()
                        .map_err(|_| NotARoute::Argument("Expected the `next` of an earlier answer."))?,
                ),
            },
            limit: self.limit()?,
        })
    }

    fn summary(&mut self) -> Result<SummaryQuery, NotARoute> {
        let by = match self.take("by").as_deref() {
            None | Some("month") => Step::Month,
            Some("week") => Step::Week,
            Some("year") => Step::Year,
            Some(_) => return Err(NotARoute::Argument("Expected week, month or year.")),
        };
        Ok(SummaryQuery {
            by,
            platform: self.take("platform"),
        })
    }

    fn changes(&mut self) -> Result<ChangesQuery, NotARoute> {
        Ok(ChangesQuery {
            kinds: self.kinds()?,
            platform: self.take("platform"),
            after: match self.take("after") {
                None => 0,
                Some(text) => text
                    .parse()
                    .map_err(|_| NotARoute::Argument("Expected the `next` of an earlier answer."))?,
            },
            limit: self.limit()?,
        })
    }

    fn day(&mut self, name: &str) -> Result<Option<Date>, NotARoute> {
        let Some(text) = self.take(name) else {
            return Ok(None);
        };
        Date::parse(&text, format_description!("[year]-[month]-[day]"))
            .map(Some)
            .map_err(|_| NotARoute::Argument("Expected a day as 2026-11-20."))
    }

    fn limit(&mut self) -> Result<u32, NotARoute> {
        let Some(text) = self.take("limit") else {
            return Ok(PAGE);
        };
        match text.parse() {
            Ok(limit @ 1..=MOST) => Ok(limit),
            Ok(_) | Err(_) => Err(NotARoute::Argument("Expected a limit from 1 to 1000.")),
        }
    }
}

/// Reads a list with commas, each entry once.
fn list<T: PartialEq>(
    text: Option<String>,
    wrong: NotARoute,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, NotARoute> {
    let Some(text) = text else {
        return Ok(Vec::new());
    };
    let mut values = Vec::new();
    for word in text.split(',') {
        let value = read(word.trim()).ok_or(wrong)?;
        if !values.contains(&value) {
            values.push(value);
        }
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    #[test]
    fn records_take_their_arguments() {
        let route = Route::parse(
            "/v1/records?kind=review,rating,review&platform=demo&from=2026-01-02&to=2026-02-03&limit=7",
        )
        .unwrap();
        let query = RecordsQuery {
            kinds: vec![RecordKind::Review, RecordKind::Rating],
            platform: Some("demo".into()),
            from: Some(date!(2026 - 01 - 02)),
            to: Some(date!(2026 - 02 - 03)),
            after: None,
            limit: 7,
        };
        assert_eq!(route, Route::Records(query));
    }

    #[test]
    fn a_cursor_goes_through_an_address() {
        let cursor = Cursor::after(
            time::OffsetDateTime::UNIX_EPOCH,
            vault_store::RecordId::derive(&vault_store::ConnectionId::new(), "1"),
        );
        let Route::Records(query) = Route::parse(&format!("/v1/records?after={cursor}")).unwrap() else {
            panic!("records")
        };
        assert_eq!(query.after, Some(cursor));
        assert_eq!(query.limit, PAGE);
    }

    #[test]
    fn other_routes() {
        assert_eq!(Route::parse("/v1/grant"), Ok(Route::Grant));
        assert_eq!(
            Route::parse("/v1/profile?fields=first_name,city"),
            Ok(Route::Profile(vec![PersonaField::FirstName, PersonaField::City]))
        );
        assert_eq!(Route::parse("/v1/profile"), Ok(Route::Profile(Vec::new())));
        let Route::Summary(query) = Route::parse("/v1/summary?by=week").unwrap() else {
            panic!("summary")
        };
        assert_eq!(query.by, Step::Week);
    }

    #[test]
    fn mistakes_are_told_apart_from_unknown_paths() {
        for unknown in [
            "",
            "/",
            "/v1",
            "/v1/",
            "/v1/record",
            "/v1/grant/",
            "/v1/x/../grant",
            "/v1/grant#x",
            "/v2/grant",
            "http://x/v1/grant",
        ] {
            assert_eq!(Route::parse(unknown), Err(NotARoute::Unknown), "{unknown}");
        }
        for wrong in [
            "/v1/grant?x=1",
            "/v1/records?kind=secret",
            "/v1/records?kind=",
            "/v1/records?limit=0",
            "/v1/records?limit=1001",
            "/v1/records?after=x",
            "/v1/records?from=2026-02-30",
            "/v1/records?limit=1&limit=2",
            "/v1/profile?fields=shoe_size",
            "/v1/summary?by=day",
            "/v1/summary?from=2026-01-01",
            "/v1/changes?after=-1",
        ] {
            assert!(
                matches!(Route::parse(wrong), Err(NotARoute::Argument(_))),
                "{wrong}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in ".{0,200}") {
            let _ = Route::parse(&text);
            let _ = Route::parse(&format!("/v1/records?{text}"));
        }
    }
}
