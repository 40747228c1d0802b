//! The person's standing at the platform: achievements and restrictions. Both come round by the calendar, so that any eighteen months have some.

use time::{Date, Duration};

use super::{
    calendar::{at, day_of_month, month_number},
    plan::Plan,
    records::{Achievement, Restriction, Score},
};
use crate::dice::Origin;

const HOUR: i64 = 3600;
const PAUSE_DAYS: i64 = 4;

/// Something that comes round every so many months.
struct Turn {
    every: i32,
    phase: i32,
    day: u8,
}

const PAUSE: Turn = Turn {
    every: 18,
    phase: 3,
    day: 11,
};
const WARNING: Turn = Turn {
    every: 18,
    phase: 13,
    day: 22,
};

const BADGES: &[(Turn, &str, &str)] = &[
    (
        Turn {
            every: 12,
            phase: 2,
            day: 1,
        },
        "Winter rider",
        "Kept working through the three coldest months",
    ),
    (
        Turn {
            every: 9,
            phase: 5,
            day: 17,
        },
        "Straight fives",
        "Twenty ratings of five stars in a row",
    ),
    (
        Turn {
            every: 18,
            phase: 8,
            day: 9,
        },
        "Thousand kilometres",
        "A thousand kilometres on the road in one season",
    ),
];

const ASSESSMENTS: &[(Turn, &str, &str)] = &[
    (
        Turn {
            every: 18,
            phase: 0,
            day: 14,
        },
        "Food hygiene",
        "Test on handling food, valid for two years",
    ),
    (
        Turn {
            every: 18,
            phase: 6,
            day: 20,
        },
        "Safe driving",
        "Theory and a drive with an examiner",
    ),
    (
        Turn {
            every: 18,
            phase: 11,
            day: 5,
        },
        "Teaching basics",
        "Course of ten hours with a written test",
    ),
];

/// Whether the account is paused on that day, so that there is no work.
pub(crate) fn paused(date: Date) -> bool {
    let number = month_number(date);
    let from = day_of_month(number, PAUSE.day);
    PAUSE.comes(number) && (from..from + Duration::days(PAUSE_DAYS)).contains(&date)
}

/// Badges and passed assessments of the time.
pub(crate) fn achievements(origin: Origin, plan: &Plan) -> Vec<Achievement> {
    let quarters = Turn {
        every: 3,
        phase: 0,
        day: 3,
    }
    .dates(plan)
    .map(|date| quarter(origin, date));
    let badges = BADGES.iter().flat_map(|(turn, name, words)| {
        turn.dates(plan)
            .map(|date| achievement(origin, "badge", (*name).to_owned(), words, date, None))
    });
    let assessments = ASSESSMENTS.iter().flat_map(|(turn, name, words)| {
        turn.dates(plan).map(|date| {
            let value = origin.dice(name, date).between(78, 99);
            let score = Score {
                value,
                label: "percent",
            };
            achievement(origin, "assessment", (*name).to_owned(), words, date, Some(score))
        })
    });
    quarters.chain(badges).chain(assessments).collect()
}

/// The limits that the platform put on the account.
pub(crate) fn restrictions(origin: Origin, plan: &Plan) -> Vec<Restriction> {
    let pauses = PAUSE.dates(plan).map(|date| {
        let reason = "The insurance certificate had expired; lifted after a new one was checked";
        restriction(origin, "pause", reason, date, PAUSE_DAYS, plan)
    });
    let warnings = WARNING.dates(plan).map(|date| {
        let reason = "Three late cancellations in one week; fewer offers for two weeks";
        restriction(origin, "fewer_offers", reason, date, 14, plan)
    });
    pauses.chain(warnings).collect()
}

impl Turn {
    fn comes(&self, month: i32) -> bool {
        month.rem_euclid(self.every) == self.phase
    }

    fn dates<'a>(&'a self, plan: &'a Plan) -> impl Iterator<Item = Date> + 'a {
        let months = month_number(plan.start())..=month_number(plan.end);
        let dates = months
            .filter(|month| self.comes(*month))
            .map(|month| day_of_month(month, self.day));
        dates.filter(|date| (plan.start()..plan.end).contains(date))
    }
}

/// The badge of the quarter that ended before that day.
fn quarter(origin: Origin, date: Date) -> Achievement {
    let before = month_number(date) - 3;
    let name = format!(
        "Top rated, quarter {} of {}",
        before.rem_euclid(12) / 3 + 1,
        before.div_euclid(12)
    );
    achievement(
        origin,
        "badge",
        name,
        "Among the best rated tenth of the city",
        date,
        None,
    )
}

fn achievement(
    origin: Origin,
    kind: &'static str,
    name: String,
    description: &'static str,
    date: Date,
    score: Option<Score>,
) -> Achievement {
    let earned_at = at(date, 9 * HOUR + 1800);
    Achievement {
        id: origin.id("ach", date, name.len()),
        kind,
        name,
        description,
        score,
        earned_at,
        updated_at: earned_at,
    }
}

/// A restriction; one that has not ended by the end of the history is still active.
fn restriction(
    origin: Origin,
    kind: &'static str,
    reason: &'static str,
    date: Date,
    days: i64,
    plan: &Plan,
) -> Restriction {
    let (started_at, lifted_at) = (at(date, 8 * HOUR), at(date + Duration::days(days), 8 * HOUR));
    let lifted = date + Duration::days(days) < plan.end;
    Restriction {
        id: origin.id("res", date, 0),
        kind,
        reason,
        status: if lifted { "lifted" } else { "active" },
        started_at,
        ended_at: lifted.then_some(lifted_at),
        updated_at: if lifted { lifted_at } else { started_at },
    }
}
