//! What the screens ask: pages, sums, weeks and months, ratings, coverage.

use proptest::prelude::*;
use time::macros::date;

use super::kit::{Space, euros, gig, payment, rating, record};
use crate::table::records::{self, Cursor, RecordFilter, Sort, Step};
use crate::{ConnectionId, RecordId, RecordKind};

/// Two platforms: `paying` tells payments, `plain` only work with amounts. Day 0 is Tuesday, 1 September 2026.
fn two_platforms() -> (Space, ConnectionId, ConnectionId) {
    let space = Space::new();
    let (paying, plain) = (space.connection("paying"), space.connection("plain"));
    let mut belongs = payment("p1", 0, "trip", 500);
    belongs.work_key = Some("1".into());
    space.fetch(
        paying,
        &[
            gig("1", 0),
            gig("2", 7),
            belongs,
            payment("p2", 7, "tip", 200),
            payment("p3", 8, "charge", -50),
            payment("p4", 9, "payout", 700),
            rating("r1", 0, "overall", 4.0, 5.0),
            rating("r2", 31, "overall", 5.0, 5.0),
            rating("r3", 31, "speed", 9.0, 10.0),
        ],
    );
    space.fetch(plain, &[gig("1", 0), gig("2", 40)]);
    (space, paying, plain)
}

fn everything() -> RecordFilter {
    RecordFilter::default()
}

#[test]
fn earnings_are_payments_or_the_amounts_of_work_without_payments() {
    let (space, paying, plain) = two_platforms();
    let weeks = space
        .read(|view| records::earnings(view, &everything(), Step::Week))
        .unwrap();
    let told: Vec<_> = weeks
        .iter()
        .map(|one| (one.from, one.connection, one.amount.minor, one.records))
        .collect();
    let mut expected = vec![
        (date!(2026 - 08 - 31), paying, 500, 1),
        (date!(2026 - 08 - 31), plain, 675, 1),
        (date!(2026 - 09 - 07), paying, 200, 1),
        (date!(2026 - 10 - 05), plain, 675, 1),
    ];
    expected.sort_by_key(|(from, connection, ..)| (*from, connection.to_string()));
    assert_eq!(told, expected);
    let months = space
        .read(|view| records::earnings(view, &everything(), Step::Month))
        .unwrap();
    let september: i64 = months
        .iter()
        .filter(|one| one.from == date!(2026 - 09 - 01))
        .map(|one| one.amount.minor)
        .sum();
    assert_eq!(september, 500 + 200 + 675);
    let years = space
        .read(|view| records::earnings(view, &everything(), Step::Year))
        .unwrap();
    assert_eq!(years.len(), 2);
    assert!(years.iter().all(|one| one.from == date!(2026 - 01 - 01)));
}

#[test]
fn gigs_are_counted_per_week() {
    let (space, paying, _) = two_platforms();
    let only = RecordFilter {
        connections: Some(vec![paying]),
        ..everything()
    };
    let weeks = space.read(|view| records::gigs(view, &only, Step::Week)).unwrap();
    let told: Vec<_> = weeks
        .iter()
        .map(|one| (one.from, one.count, one.distance_m, one.duration_s))
        .collect();
    assert_eq!(
        told,
        [
            (date!(2026 - 08 - 31), 1, 2310, 1200),
            (date!(2026 - 09 - 07), 1, 2310, 1200)
        ]
    );
}

#[test]
fn the_sum_line_does_not_count_twice() {
    let (space, ..) = two_platforms();
    let totals = |filter: &RecordFilter| space.read(|view| records::totals(view, filter)).unwrap();
    let all = totals(&everything());
    assert_eq!(
        (all.count, all.distance_m, all.duration_s),
        (11, 4 * 2310, 4 * 1200)
    );
    assert_eq!(
        all.sums
            .iter()
            .map(|sum| (sum.amount.minor, sum.records))
            .collect::<Vec<_>>(),
        [(500 + 200 + 2 * 675, 4)]
    );
    let work = totals(&RecordFilter {
        kinds: vec![RecordKind::Work],
        ..everything()
    });
    assert_eq!(work.sums[0].amount, euros(4 * 675));
    let payouts = RecordFilter {
        kinds: vec![RecordKind::Payment],
        type_name: Some("payout".into()),
        ..everything()
    };
    assert_eq!(totals(&payouts).sums[0].amount, euros(700));
    assert!(
        totals(&RecordFilter {
            text: "nothing".into(),
            ..everything()
        })
        .sums
        .is_empty()
    );
}

#[test]
fn statements_are_no_earnings_and_the_time_between_gigs_is_no_gig() {
    let space = Space::new();
    let connection = space.connection("demo");
    let mut online = gig("2", 0);
    online.type_name = Some("online".into());
    space.fetch(
        connection,
        &[
            gig("1", 0),
            online,
            payment("p1", 0, "trip", 500),
            payment("p2", 0, "statement", 900),
        ],
    );
    let earnings = space
        .read(|view| records::earnings(view, &everything(), Step::Week))
        .unwrap();
    assert_eq!(earnings[0].amount, euros(500));
    let gigs = space
        .read(|view| records::gigs(view, &everything(), Step::Week))
        .unwrap();
    assert_eq!(gigs[0].count, 1);
}

#[test]
fn currencies_are_never_added_up() {
    let space = Space::new();
    let connection = space.connection("demo");
    let mut yen = payment("2", 0, "trip", 700);
    yen.amount = yen.amount.map(|amount| crate::Amount {
        currency: "JPY".parse().unwrap(),
        exponent: 0,
        ..amount
    });
    space.fetch(connection, &[payment("1", 0, "trip", 500), yen]);
    let sums = space
        .read(|view| records::totals(view, &everything()))
        .unwrap()
        .sums;
    assert_eq!(sums.len(), 2);
    assert_eq!(
        space
            .read(|view| records::earnings(view, &everything(), Step::Week))
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn every_condition_of_the_filter_narrows() {
    let (space, paying, plain) = two_platforms();
    let count = |filter: RecordFilter| space.read(|view| records::totals(view, &filter)).unwrap().count;
    assert_eq!(count(everything()), 11);
    assert_eq!(
        count(RecordFilter {
            platform: Some("plain".into()),
            ..everything()
        }),
        2
    );
    assert_eq!(
        count(RecordFilter {
            connections: Some(vec![plain, paying]),
            ..everything()
        }),
        11
    );
    assert_eq!(
        count(RecordFilter {
            connections: Some(Vec::new()),
            ..everything()
        }),
        0
    );
    let kinds = vec![RecordKind::Work, RecordKind::Rating];
    assert_eq!(
        count(RecordFilter {
            kinds,
            ..everything()
        }),
        7
    );
    assert_eq!(
        count(RecordFilter {
            type_name: Some("tip".into()),
            ..everything()
        }),
        1
    );
    assert_eq!(
        count(RecordFilter {
            min_minor: Some(500),
            max_minor: Some(600),
            ..everything()
        }),
        1
    );
    let day = RecordFilter {
        from: Some(date!(2026 - 09 - 08)),
        to: Some(date!(2026 - 09 - 08)),
        ..everything()
    };
    assert_eq!(count(day), 2);
    assert_eq!(
        count(RecordFilter {
            from: Some(date!(2026 - 10 - 02)),
            ..everything()
        }),
        3
    );
    assert_eq!(
        count(RecordFilter {
            to: Some(date!(2026 - 08 - 31)),
            ..everything()
        }),
        0
    );
}

#[test]
fn days_are_those_of_the_place_where_it_happened() {
    let space = Space::new();
    let connection = space.connection("demo");
    let mut west = record(RecordKind::Work, "west", 0);
    west.start = Some(time::macros::datetime!(2026-09-06 23:30 -11));
    let mut east = record(RecordKind::Work, "east", 0);
    east.start = Some(time::macros::datetime!(2026-09-07 00:30 +14));
    space.fetch(connection, &[west, east]);
    let on = |day| {
        let filter = RecordFilter {
            from: Some(day),
            to: Some(day),
            ..everything()
        };
        space
            .read(|view| records::page(view, &filter, Sort::Oldest, 0, 10))
            .unwrap()
    };
    assert_eq!(
        on(date!(2026 - 09 - 06))[0].id,
        RecordId::derive(&connection, "west")
    );
    assert_eq!(
        on(date!(2026 - 09 - 07))[0].id,
        RecordId::derive(&connection, "east")
    );
    let weeks = space
        .read(|view| records::gigs(view, &everything(), Step::Week))
        .unwrap();
    assert_eq!(
        weeks.iter().map(|one| one.from).collect::<Vec<_>>(),
        [date!(2026 - 08 - 31), date!(2026 - 09 - 07)]
    );
}

#[test]
fn weeks_begin_on_monday_also_long_ago() {
    let space = Space::new();
    let connection = space.connection("demo");
    for (key, day) in [
        ("a", date!(1969 - 12 - 28)),
        ("b", date!(1969 - 12 - 29)),
        ("c", date!(1970 - 01 - 04)),
    ] {
        let mut new = record(RecordKind::Work, key, 0);
        new.start = Some(day.with_hms(12, 0, 0).unwrap().assume_utc());
        space.fetch(connection, &[new]);
        let filter = RecordFilter {
            from: Some(day),
            to: Some(day),
            ..everything()
        };
        let week = space
            .read(|view| records::gigs(view, &filter, Step::Week))
            .unwrap();
        assert_eq!(week[0].from, Step::Week.begin(day), "{day}");
        assert_eq!(week[0].from.weekday(), time::Weekday::Monday);
    }
    assert_eq!(Step::Month.begin(date!(2026 - 02 - 28)), date!(2026 - 02 - 01));
    assert_eq!(Step::Year.begin(date!(2024 - 12 - 31)), date!(2024 - 01 - 01));
}

#[test]
fn ratings_stay_on_their_own_scales() {
    let (space, paying, _) = two_platforms();
    let stats = space.read(|view| records::ratings(view, &everything())).unwrap();
    let told: Vec<_> = stats
        .iter()
        .map(|one| (one.name.as_str(), one.max, one.count, one.average))
        .collect();
    assert_eq!(told, [("overall", 5.0, 2, 4.5), ("speed", 10.0, 1, 9.0)]);
    assert!(stats.iter().all(|one| one.connection == paying));
    assert_eq!(stats[0].latest.date(), date!(2026 - 10 - 02));
    let months = space
        .read(|view| records::ratings_over_time(view, &everything(), Step::Month))
        .unwrap();
    let overall: Vec<_> = months
        .iter()
        .filter(|one| one.name == "overall")
        .map(|one| (one.from, one.average))
        .collect();
    assert_eq!(
        overall,
        [(date!(2026 - 09 - 01), 4.0), (date!(2026 - 10 - 01), 5.0)]
    );
}

#[test]
fn coverage_span_and_options() {
    let (space, paying, plain) = two_platforms();
    let coverage = space.read(|view| records::coverage(view, &everything())).unwrap();
    let of = |connection| -> Vec<(&str, u64)> {
        coverage
            .iter()
            .filter(|one| one.connection == connection)
            .map(|one| (one.month.as_str(), one.count))
            .collect()
    };
    assert_eq!(of(paying), [("2026-09", 7), ("2026-10", 2)]);
    assert_eq!(of(plain), [("2026-09", 1), ("2026-10", 1)]);
    let (first, last) = space
        .read(|view| records::span(view, &everything()))
        .unwrap()
        .unwrap();
    assert_eq!(
        (first.date(), last.date()),
        (date!(2026 - 09 - 01), date!(2026 - 10 - 11))
    );
    let none = RecordFilter {
        type_name: Some("none".into()),
        ..everything()
    };
    assert_eq!(space.read(|view| records::span(view, &none)).unwrap(), None);
    let platforms = space
        .read(|view| records::by_platform(view, &everything()))
        .unwrap();
    assert_eq!(
        platforms
            .iter()
            .map(|one| (one.value.as_str(), one.count))
            .collect::<Vec<_>>(),
        [("paying", 9), ("plain", 2)]
    );
    let kinds = space.read(|view| records::by_kind(view, &everything())).unwrap();
    assert_eq!(kinds.iter().map(|one| one.count).collect::<Vec<_>>(), [4, 4, 3]);
    let types = space.read(|view| records::by_type(view, &everything())).unwrap();
    assert_eq!(
        (types[0].value.as_str(), types[0].count, types.len()),
        ("delivery", 4, 5)
    );
    let months = space.read(|view| records::by_month(view, &everything())).unwrap();
    assert_eq!(
        months.iter().map(|one| one.value.as_str()).collect::<Vec<_>>(),
        ["2026-10", "2026-09"]
    );
    let links = space
        .read(|view| records::by_connection(view, &everything()))
        .unwrap();
    assert_eq!(
        links.iter().map(|one| (one.value, one.count)).collect::<Vec<_>>(),
        [(paying, 9), (plain, 2)]
    );
}

#[test]
fn a_record_knows_its_day_and_what_belongs_to_it() {
    let (space, paying, _) = two_platforms();
    let work = RecordId::derive(&paying, "1");
    let belonging = space.read(|view| records::belonging_to(view, work)).unwrap();
    assert_eq!(
        belonging.iter().map(|one| one.id).collect::<Vec<_>>(),
        [RecordId::derive(&paying, "p1")]
    );
    let day = space
        .read(|view| records::work_on_day(view, paying, date!(2026 - 09 - 01)))
        .unwrap();
    assert_eq!(day.iter().map(|one| one.id).collect::<Vec<_>>(), [work]);
}

#[test]
fn pages_are_sorted_and_cut() {
    let (space, ..) = two_platforms();
    let page = |sort, offset, limit| {
        let found = space
            .read(|view| records::page(view, &everything(), sort, offset, limit))
            .unwrap();
        found
            .into_iter()
            .map(|one| (one.start, one.amount.map(|amount| amount.minor)))
            .collect::<Vec<_>>()
    };
    let newest = page(Sort::Newest, 0, 50);
    assert!(newest.is_sorted_by(|a, b| a.0 >= b.0) && newest.len() == 11);
    assert_eq!(page(Sort::Newest, 3, 4), newest[3..7]);
    let mut oldest = page(Sort::Oldest, 0, 50);
    oldest.reverse();
    assert_eq!(oldest, newest);
    let amounts: Vec<_> = page(Sort::Amount, 0, 50).into_iter().map(|one| one.1).collect();
    assert!(amounts.is_sorted_by(|a, b| a >= b));
    assert_eq!(page(Sort::Newest, 99, 4), []);
}

#[test]
fn queries_use_their_indexes() {
    let space = Space::new();
    let plan = |sql: &str| -> String {
        let mut statement = space.conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let lines = statement.query_map([], |row| row.get::<_, String>(3)).unwrap();
        lines.collect::<Result<Vec<_>, _>>().unwrap().join("; ")
    };
    let newest = plan("SELECT r.seq FROM records r WHERE 1 ORDER BY r.start_ms DESC, r.id DESC LIMIT 50");
    assert!(
        newest.contains("records_by_start") && !newest.contains("TEMP B-TREE FOR ORDER BY"),
        "{newest}"
    );
    assert!(plan("SELECT seq FROM records WHERE work = x'00'").contains("records_by_work"));
    assert!(plan("SELECT seq FROM records WHERE origin = 1").contains("records_by_origin"));
    let payments = plan(
        "SELECT 1 FROM connections n WHERE EXISTS (SELECT 1 FROM records p WHERE p.connection = n.seq AND p.kind = 'payment')",
    );
    assert!(payments.contains("records_payments"), "{payments}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    /// Whatever the size of a page, the pages one after the other are everything, once, in order.
    #[test]
    fn keyset_pages_are_everything(days in proptest::collection::vec(0..5_i64, 0..40), limit in 1..9_u32) {
        let space = Space::new();
        let connection = space.connection("demo");
        let gigs: Vec<_> = days.iter().enumerate().map(|(at, day)| gig(&at.to_string(), *day)).collect();
        space.fetch(connection, &gigs);
        let (mut seen, mut cursor) = (Vec::new(), None::<Cursor>);
        loop {
            let (page, next) = space.read(|view| records::after(view, &everything(), cursor, limit)).unwrap();
            if page.is_empty() {
                break;
            }
            seen.extend(page.into_iter().map(|one| (one.start, one.id)));
            cursor = next.map(|cursor| cursor.to_string().parse().unwrap());
        }
        prop_assert_eq!(seen.len(), days.len());
        prop_assert!(seen.is_sorted_by(|a, b| a < b));
        let mut streamed = Vec::new();
        space.read(|view| records::each(view, &everything(), |one| {
            streamed.push((one.start, one.id));
            Ok::<(), crate::StoreError>(())
        })).unwrap();
        prop_assert_eq!(streamed, seen);
    }

    #[test]
    fn a_cursor_is_read_or_refused(text in "[0-9a-f~-]{0,60}") {
        if let Ok(cursor) = text.parse::<Cursor>() {
            prop_assert_eq!(cursor.to_string().parse::<Cursor>().unwrap(), cursor);
        }
    }
}
