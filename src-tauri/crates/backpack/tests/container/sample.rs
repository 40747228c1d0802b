//! A page of made-up data, as large and as varied as a real one.

use backpack::page::{
    Achievement, Assurance, Cooperative, Earnings, Fact, Gig, Left, Money, Newest, Page, PeerKey, Platform,
    Rating, Restriction, Review, Score, Transfer,
};
use time::macros::{date, datetime};
use time::{Date, Duration, OffsetDateTime};

use crate::common::noise;

const LAST: Date = date!(2026 - 11 - 22);

/// A worker on four platforms over a year. `text` stands where other people’s words stand.
pub(crate) fn page(text: &str) -> Page {
    Page {
        space: format!("Personal {text}"),
        profile: [
            ("Name", "Marta Roca"),
            ("City", "Girona"),
            ("Languages", "Catalan, Spanish"),
        ]
        .map(|(label, value)| Fact {
            label: label.to_owned(),
            value: format!("{value} {text}"),
        })
        .into(),
        work: 4_212,
        period: Some((date!(2023 - 03 - 04), LAST)),
        counts: [
            ("Payments", 398),
            ("Reviews", 55),
            ("Achievements", 12),
            ("Original files", 6),
            ("Log entries", 205),
        ]
        .map(|(label, count)| (label.to_owned(), count))
        .into(),
        earnings: vec![euros(text), crowns()],
        platforms: platforms(text),
        ratings: ratings(text),
        reviews: Newest::new(55, (0..6).map(|n| review(n, text))),
        achievements: Newest::new(2, (0..2).map(|_| achievement(text))),
        restrictions: Newest::new(1, [restriction(text)]),
        gigs: Newest::new(4_212, (0..600).map(|n| gig(n, text))),
        cooperatives: cooperatives(text),
        transfers: Newest::new(2, [transfer(false, text), transfer(true, text)]),
        left: Newest::new(
            2,
            [
                left("Hourly", "Shared", text),
                left("Rent Letter", "Refused", text),
            ],
        ),
    }
}

fn euros(text: &str) -> Earnings {
    let mut earnings = Earnings::new("EUR", 2);
    let dice: Vec<u8> = noise(4 * 364).collect();
    for (day, dice) in dice.chunks(4).enumerate() {
        let on = LAST - Duration::days(day as i64);
        let off = (date!(2026 - 02 - 09)..=date!(2026 - 04 - 05)).contains(&on);
        for (platform, (dice, factor)) in [
            format!("Uber Eats {text}"),
            "Freelancer".into(),
            "Upwork".into(),
            "Nabo".into(),
        ]
        .iter()
        .zip(dice.iter().zip([40, 60, 30, 12]))
        .filter(|(platform, _)| !(off && platform.starts_with("Uber")))
        {
            if *dice > 120 {
                earnings.pay(on, platform, i64::from(*dice) * factor / 4);
                earnings.gig(on);
            }
        }
    }
    earnings.gap(
        date!(2026 - 02 - 09),
        date!(2026 - 04 - 05),
        format!("No Uber Eats data {text}"),
    );
    earnings
}

fn crowns() -> Earnings {
    let mut earnings = Earnings::new("SEK", 2);
    for (month, dice) in noise(40).enumerate() {
        earnings.pay(
            LAST - Duration::days(month as i64 * 30),
            "Freelancer",
            i64::from(dice) * 2_000 - 20_000,
        );
    }
    earnings
}

fn platforms(text: &str) -> Vec<Platform> {
    [
        ("Uber Eats", 2_898, "287 missing"),
        ("Freelancer", 640, "Up to date"),
        ("Upwork", 480, "Sign in again"),
    ]
    .into_iter()
    .map(|(name, work, state)| Platform {
        name: format!("{name} {text}"),
        work,
        other: work / 10,
        from: Some(date!(2023 - 03 - 04)),
        to: Some(LAST),
        assurance: vec![Assurance::Fetched, Assurance::Imported],
        state: format!("{state} {text}"),
    })
    .collect()
}

fn ratings(text: &str) -> Vec<Rating> {
    [
        ("Uber Eats", "Satisfaction", 97.0, 0.0, 100.0),
        ("Freelancer", "", 4.8, 1.0, 5.0),
        ("Nabo", "", 4.6, 1.0, 5.0),
    ]
    .into_iter()
    .map(|(platform, name, value, min, max)| Rating {
        platform: format!("{platform} {text}"),
        name: name.to_owned(),
        score: Score { value, min, max },
        count: Some(312),
    })
    .collect()
}

fn at(days: i64) -> OffsetDateTime {
    datetime!(2026-11-20 19:42 +01:00) - Duration::hours(days * 7)
}

fn review(n: i64, text: &str) -> Review {
    Review {
        when: Some(at(n * 20)),
        platform: format!("Freelancer {text}"),
        title: if n % 2 == 0 {
            format!("Fast and careful {text}")
        } else {
            String::new()
        },
        text: format!(
            "Marta delivered the translation a day early and found two mistakes in our text.\n{text}"
        ),
        score: Some(Score {
            value: 5.0,
            min: 1.0,
            max: 5.0,
        }),
        assurance: if n == 3 {
            Assurance::Typed
        } else {
            Assurance::Fetched
        },
    }
}

fn achievement(text: &str) -> Achievement {
    Achievement {
        when: Some(at(100)),
        platform: format!("Upwork {text}"),
        name: format!("Top talent {text}"),
        description: format!("Given to one in ten translators {text}"),
        score: "90 percent".to_owned(),
        assurance: Assurance::Signed,
    }
}

fn restriction(text: &str) -> Restriction {
    Restriction {
        start: Some(at(400)),
        end: Some(at(380)),
        platform: format!("Uber Eats {text}"),
        text: format!("Account paused while a document was checked {text}"),
        assurance: Assurance::Imported,
    }
}

fn gig(n: i64, text: &str) -> Gig {
    Gig {
        start: Some(at(n)),
        platform: format!("Uber Eats {text}"),
        kind: format!("Delivery {text}"),
        title: if n % 9 == 0 {
            format!("Two stops {text}")
        } else {
            String::new()
        },
        status: if n % 7 == 0 {
            "cancelled".to_owned()
        } else {
            String::new()
        },
        distance_m: Some(3_449 + n.unsigned_abs() * 13 % 4_000),
        duration_s: Some(1_440 + n.unsigned_abs() * 61 % 3_600),
        amount: Some(Money {
            minor: 675 + n * 37 % 900,
            currency: "EUR".to_owned(),
            exponent: 2,
        }),
        assurance: if n == 4 {
            Assurance::Typed
        } else {
            Assurance::Imported
        },
    }
}

fn left(who: &str, result: &str, text: &str) -> Left {
    Left {
        when: at(1),
        who: format!("{who} {text}"),
        what: format!("weekly earnings, 24 weeks {text}"),
        result: format!("{result} {text}"),
    }
}

fn cooperatives(text: &str) -> Vec<Cooperative> {
    [
        PeerKey::Compared(at(2)),
        PeerKey::NotCompared,
        PeerKey::Changed(at(1)),
        PeerKey::Absent,
    ]
    .map(|key| Cooperative {
        name: format!("Llum Verda SCCL {text}"),
        id: format!("llumverda {text}"),
        key,
        sent: 3,
    })
    .into()
}

fn transfer(incoming: bool, text: &str) -> Transfer {
    Transfer {
        when: at(3),
        who: format!("Llum Verda SCCL {text}"),
        service: format!("Contract {text}"),
        incoming,
        result: format!("They have it {text}"),
    }
}
