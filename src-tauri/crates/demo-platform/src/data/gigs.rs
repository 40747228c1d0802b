//! The gigs of each planned day.

use time::{Date, Duration, OffsetDateTime};

use super::{
    Account,
    calendar::{at, later},
    plan::Plan,
    records::{Client, Gig, GigStatus, Kind, Money},
    words,
};
use crate::dice::{Dice, Origin};

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;

/// A gig before it has a time.
struct Draft {
    kind: Kind,
    title: String,
    client: Option<&'static str>,
    duration: i64,
    distance: Option<i64>,
    minor: i64,
    status: GigStatus,
}

/// When a kind of work is done: seconds of the day in which it starts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Shift {
    from: i64,
    to: i64,
}

/// Every gig of the plan.
pub(crate) fn all(origin: Origin, account: &'static Account, plan: &Plan) -> Vec<Gig> {
    plan.days
        .iter()
        .flat_map(|(date, count)| day(origin, account, plan, *date, *count))
        .collect()
}

fn day(origin: Origin, account: &'static Account, plan: &Plan, date: Date, count: u32) -> Vec<Gig> {
    let mut dice = origin.dice("gigs", date);
    let mut drafts: Vec<(Shift, Draft)> = (0..count).map(|_| draft(&mut dice, account)).collect();
    drafts.sort_by_key(|(shift, _)| *shift);
    let shifts: Vec<Shift> = drafts.iter().map(|(shift, _)| *shift).collect();
    let placed = drafts.into_iter().enumerate().map(|(number, (shift, draft))| {
        let before = shifts
            .iter()
            .take(number)
            .filter(|other| **other == shift)
            .count();
        let share = Share {
            shift,
            before,
            of: shifts.iter().filter(|other| **other == shift).count(),
        };
        let (start, end) = share.place(&mut dice, &draft, date, plan);
        gig(origin, account, date, number, draft, start, end)
    });
    placed.collect()
}

/// A gig's turn in its shift.
struct Share {
    shift: Shift,
    before: usize,
    of: usize,
}

impl Share {
    /// The time of a gig: its own part of the shift, so that gigs overlap only on days that are impossibly full.
    fn place(
        &self,
        dice: &mut Dice,
        draft: &Draft,
        date: Date,
        plan: &Plan,
    ) -> (OffsetDateTime, OffsetDateTime) {
        if draft.kind == Kind::Design {
            return project(dice, draft.duration, date, plan);
        }
        let (of, before) = (
            i64::try_from(self.of.max(1)).unwrap_or(1),
            i64::try_from(self.before).unwrap_or(0),
        );
        let stride = (self.shift.to - self.shift.from) / of;
        let start = at(
            date,
            self.shift.from + before * stride + dice.between(0, stride - draft.duration),
        );
        (start, later(start, draft.duration))
    }
}

/// A project ends on its day and began a few days before, but never in the idle month.
fn project(dice: &mut Dice, duration: i64, date: Date, plan: &Plan) -> (OffsetDateTime, OffsetDateTime) {
    let began = date - Duration::days(duration / (7 * HOUR) + dice.between(0, 2));
    let idle_end =
        plan.idle_month + Duration::days(i64::from(plan.idle_month.month().length(plan.idle_month.year())));
    let began = if (plan.idle_month..idle_end).contains(&began) {
        date
    } else {
        began
    };
    let start = at(began, 9 * HOUR + MINUTE * dice.between(0, 80));
    (start, at(date, 17 * HOUR + MINUTE * dice.between(0, 100)))
}

fn gig(
    origin: Origin,
    account: &'static Account,
    date: Date,
    number: usize,
    draft: Draft,
    started_at: OffsetDateTime,
    ended_at: OffsetDateTime,
) -> Gig {
    let client = draft.client.map(|name| Client {
        id: origin.id("cli", Date::MIN, words::client_number(name)),
        name: name.to_owned(),
    });
    Gig {
        id: origin.id("gig", date, number),
        kind: draft.kind,
        title: draft.title,
        status: draft.status,
        started_at,
        ended_at,
        duration_s: draft.duration,
        distance_m: draft.distance,
        city: account.city,
        client,
        amount: Money::euro_cents(draft.minor),
        updated_at: later(ended_at, 2 * MINUTE),
    }
}

fn draft(dice: &mut Dice, account: &Account) -> (Shift, Draft) {
    let kind = dice.weighted(account.mix, Kind::Delivery);
    let draft = match kind {
        Kind::Delivery => delivery(dice),
        Kind::Ride => ride(dice),
        Kind::Handyman => handyman(dice),
        Kind::Design => design(dice),
        Kind::Tutoring => tutoring(dice),
    };
    let draft = if kind != Kind::Design && dice.chance(0.03) {
        cancelled(draft)
    } else {
        draft
    };
    (shift(dice, kind), draft)
}

fn shift(dice: &mut Dice, kind: Kind) -> Shift {
    let hours = |from: i64, to: i64| Shift {
        from: from * MINUTE,
        to: to * MINUTE,
    };
    match kind {
        Kind::Delivery if dice.chance(0.42) => hours(12 * 60 + 5, 15 * 60 + 40),
        Kind::Delivery => hours(19 * 60 + 20, 22 * 60 + 50),
        Kind::Ride if dice.chance(0.5) => hours(6 * 60 + 40, 8 * 60 + 50),
        Kind::Ride => hours(17 * 60 + 30, 19 * 60 + 15),
        Kind::Handyman => hours(9 * 60, 12 * 60),
        Kind::Design => hours(9 * 60, 17 * 60),
        Kind::Tutoring => hours(15 * 60 + 45, 17 * 60 + 25),
    }
}

/// A base, 55 cents a kilometre and something for the time of day.
fn delivery(dice: &mut Dice) -> Draft {
    let distance = dice.low_between(90, 640) * 10;
    let title = format!(
        "Delivery from {} to {}",
        dice.pick(words::KITCHENS),
        dice.pick(words::STREETS)
    );
    let duration = 300 + distance * 24 / 100 + dice.between(0, 420);
    let minor = 240 + distance * 55 / 1000 + dice.between(0, 9) * 10;
    Draft {
        kind: Kind::Delivery,
        title,
        client: None,
        duration,
        distance: Some(distance),
        minor,
        status: GigStatus::Completed,
    }
}

/// A base, a price for the distance and one for the time.
fn ride(dice: &mut Dice) -> Draft {
    let distance = dice.low_between(180, 1400) * 10;
    let from = dice.pick(words::PLACES);
    let to = dice.pick(words::STREETS);
    let duration = 180 + distance * 15 / 100 + dice.between(0, 300);
    let minor = 210 + distance * 82 / 1000 + duration * 25 / 100;
    let title = format!("Ride from {from} to {to}");
    Draft {
        kind: Kind::Ride,
        title,
        client: None,
        duration,
        distance: Some(distance),
        minor,
        status: GigStatus::Completed,
    }
}

fn handyman(dice: &mut Dice) -> Draft {
    let quarters = dice.between(3, 11);
    let (title, client) = (
        dice.pick(words::REPAIRS).to_owned(),
        Some(dice.pick(words::CLIENTS)),
    );
    let minor = quarters * 25 * dice.between(19, 26);
    let duration = quarters * 15 * MINUTE;
    Draft {
        kind: Kind::Handyman,
        title,
        client,
        duration,
        distance: None,
        minor,
        status: GigStatus::Completed,
    }
}

fn design(dice: &mut Dice) -> Draft {
    let hours = dice.low_between(4, 26);
    let (title, client) = (
        dice.pick(words::PROJECTS).to_owned(),
        Some(dice.pick(words::CLIENTS)),
    );
    let minor = (hours * 100 * dice.between(19, 30)) / 500 * 500;
    Draft {
        kind: Kind::Design,
        title,
        client,
        duration: hours * HOUR,
        distance: None,
        minor,
        status: GigStatus::Completed,
    }
}

fn tutoring(dice: &mut Dice) -> Draft {
    let minutes = if dice.chance(0.7) { 60 } else { 90 };
    let (title, client) = (
        dice.pick(words::LESSONS).to_owned(),
        Some(dice.pick(words::CLIENTS)),
    );
    let minor = minutes * dice.between(28, 38) * 100 / 2 / 60 / 50 * 50;
    Draft {
        kind: Kind::Tutoring,
        title,
        client,
        duration: minutes * MINUTE,
        distance: None,
        minor,
        status: GigStatus::Completed,
    }
}

/// The client called it off on the way, and pays a part.
fn cancelled(draft: Draft) -> Draft {
    Draft {
        duration: draft.duration / 4,
        distance: draft.distance.map(|metres| metres / 4),
        minor: draft.minor * 2 / 5,
        status: GigStatus::CancelledPaid,
        ..draft
    }
}
