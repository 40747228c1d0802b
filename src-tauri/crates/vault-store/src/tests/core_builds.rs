//! What version 9 adds for builds of Core applications: ways in, connections that they know the person by, a moment of the year.

use proptest::prelude::*;
use time::{Date, Duration, Month, OffsetDateTime, Time};

use super::core::{app, build, installation};
use super::kit::{NOW, Space};
use crate::table::core_app_types::AppType;
use crate::table::core_installations::{Installation, SessionPolicy};
use crate::table::core_logins::Logins;
use crate::table::core_providers::Provider;
use crate::table::tokens::IssuedToken;
use crate::table::{
    connections, core_app_types, core_apps, core_installations, core_logins, core_providers, tokens,
};
use crate::{AppTypeId, ConnectionId, PartyKind, Sha256, StoreError, Tx, View, YearlyMoment};

const CONNECTION: &str = "018f0000-0000-7000-8000-000000000001";

fn provider() -> Provider {
    Provider {
        build: build().id,
        connection: CONNECTION.parse().unwrap(),
        system: "demo_rides".into(),
    }
}

fn logins() -> Logins {
    Logins {
        unlock: true,
        anonymous: false,
    }
}

pub(super) fn with_year() -> Installation {
    Installation {
        sessions: SessionPolicy {
            yearly: YearlyMoment::new(8, 31, 4, 0),
            ..installation().sessions
        },
        ..installation()
    }
}

fn token() -> IssuedToken {
    IssuedToken {
        sha256: Sha256::of(b"asked by a build"),
        party_kind: PartyKind::Service,
        party_id: "steps-insight".into(),
        kind: "core scoped".into(),
        created_at: NOW,
        expires_at: None,
        grant: None,
        build: Some(build().id),
    }
}

/// One row of each, for a file that has the application of [`super::core`] and the connection of the first fixture.
pub(super) fn fill(tx: &Tx<'_>) -> Result<(), StoreError> {
    core_logins::put(tx, build().id, logins())?;
    core_providers::insert(tx, &provider())?;
    core_installations::put(tx, &with_year())?;
    tokens::insert(tx, &token())
}

/// Reads what [`fill`] wrote.
pub(super) fn check(view: &View<'_>) -> Result<(), StoreError> {
    assert_eq!(core_installations::get(view, app().id)?, Some(with_year()));
    assert_eq!(core_logins::get(view, build().id)?, logins());
    assert_eq!(core_providers::of_build(view, build().id)?, [provider()]);
    assert_eq!(tokens::find(view, token().sha256)?, Some(token()));
    Ok(())
}

fn space() -> Space {
    let space = Space::new();
    let link = connections::Connection {
        id: provider().connection,
        ..super::kit::connection("demo-rides")
    };
    space
        .write(|tx| {
            connections::insert(tx, &link)?;
            core_apps::insert(tx, &app())?;
            core_app_types::put(tx, &build())?;
            fill(tx)
        })
        .unwrap();
    space
}

#[test]
fn each_row_comes_back_as_it_was_written() {
    space().read(check).unwrap();
}

#[test]
fn a_build_has_a_connection_and_a_system_once() {
    let space = space();
    let second = space.connection("demo-rides");
    let stray = AppTypeId::new();
    let other = "demo_jobs".to_owned();
    for (build, connection, system) in [
        (provider().build, provider().connection, other.clone()),
        (provider().build, second, provider().system),
        (stray, second, other.clone()),
        (provider().build, ConnectionId::new(), other),
    ] {
        let added = space.write(|tx| {
            core_providers::insert(
                tx,
                &Provider {
                    build,
                    connection,
                    system: system.clone(),
                },
            )
        });
        assert!(matches!(added, Err(StoreError::Rule(_))), "{system}");
    }
    let stray = space.write(|tx| core_logins::put(tx, stray, logins()));
    assert!(matches!(stray, Err(StoreError::Rule(_))));
    space.read(check).unwrap();
}

#[test]
fn what_is_said_of_a_build_goes_with_it_and_with_the_connection() {
    let one = space();
    one.write(|tx| connections::delete(tx, provider().connection))
        .unwrap();
    one.read(|view| {
        assert_eq!(core_providers::of_build(view, build().id)?, []);
        assert_eq!(core_logins::get(view, build().id)?, logins());
        Ok::<_, StoreError>(())
    })
    .unwrap();
    let two = space();
    // Another name of the same build is no other build.
    let renamed = AppType {
        name: "Phone".into(),
        ..build()
    };
    two.write(|tx| core_app_types::put(tx, &renamed)).unwrap();
    two.read(check).unwrap();
    assert!(two.write(|tx| core_app_types::delete(tx, build().id)).unwrap());
    two.read(|view| {
        assert_eq!(core_providers::of_build(view, build().id)?, []);
        assert_eq!(core_logins::get(view, build().id)?, Logins::default());
        Ok::<_, StoreError>(())
    })
    .unwrap();
    let taken = |space: &Space| {
        space
            .write(|tx| core_providers::delete(tx, provider().build, provider().connection))
            .unwrap()
    };
    let three = space();
    assert_eq!((taken(&three), taken(&three)), (true, false));
}

#[test]
fn only_moments_that_some_year_has_are_moments() {
    for (month, day, hour, minute) in [
        (0, 1, 0, 0),
        (13, 1, 0, 0),
        (1, 0, 0, 0),
        (1, 32, 0, 0),
        (2, 30, 0, 0),
        (4, 31, 0, 0),
        (1, 1, 24, 0),
        (1, 1, 0, 60),
    ] {
        assert_eq!(
            YearlyMoment::new(month, day, hour, minute),
            None,
            "{month}-{day} {hour}:{minute}"
        );
    }
    assert_eq!(
        YearlyMoment::new(2, 29, 23, 59).unwrap().to_string(),
        "02-29 23:59"
    );
    for text in [
        "",
        "8-31 04:00",
        "08-31",
        "08-31T04:00",
        "08-31 4:00",
        "+8-31 04:00",
        "08-31 04:00 ",
        "02-30 04:00",
    ] {
        assert!(text.parse::<YearlyMoment>().is_err(), "{text}");
    }
    let space = space();
    space.raw("UPDATE core_installations SET yearly = '02-30 00:00'");
    assert!(
        space
            .read(|view| core_installations::get(view, app().id))
            .is_err()
    );
}

/// A plain model: every day backwards from `now` until one is the day.
fn model(moment: YearlyMoment, now: OffsetDateTime) -> OffsetDateTime {
    let (month, day, hour, minute) = moment.parts();
    let time = Time::from_hms(hour, minute, 0).unwrap();
    let mut date: Date = now.date();
    loop {
        let leap =
            date.month() == Month::February && date.day() == 28 && date.next_day().unwrap().day() != 29;
        let named =
            u8::from(date.month()) == month && (date.day() == day || (leap && month == 2 && day == 29));
        let at = date.with_time(time).assume_utc();
        if named && at <= now {
            return at;
        }
        date = date.previous_day().unwrap();
    }
}

proptest! {
    #[test]
    fn a_moment_was_last_when_a_calendar_says_so(
        month in 1_u8..=12, day in 1_u8..=31, hour in 0_u8..24, minute in 0_u8..60, seconds in -4_000_000_000_i64..8_000_000_000,
    ) {
        let now = OffsetDateTime::from_unix_timestamp(seconds).unwrap();
        if let Some(moment) = YearlyMoment::new(month, day, hour, minute) {
            let last = moment.last(now).unwrap();
            prop_assert_eq!(last, model(moment, now));
            prop_assert_eq!(moment.last(last), Some(last), "it has come when it is");
            prop_assert!(moment.last(last - Duration::SECOND).unwrap() < last);
            prop_assert_eq!(moment.to_string().parse(), Ok(moment));
        } else {
            prop_assert!((Month::try_from(month).unwrap().length(2000)) < day);
        }
    }

    #[test]
    fn a_text_is_a_moment_or_refused(text in "\\PC{0,14}|[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}") {
        if let Ok(moment) = text.parse::<YearlyMoment>() {
            prop_assert_eq!(moment.to_string(), text);
        }
    }
}
