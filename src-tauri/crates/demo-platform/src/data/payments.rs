//! The money: for each gig what was earned, for each week what was taken and what reached the bank.

use std::collections::BTreeMap;

use time::{Date, Duration, OffsetDateTime};

use super::{
    calendar::{at, later, monday},
    records::{Gig, GigStatus, Kind, Money, Payment, PaymentKind},
};
use crate::dice::{Dice, Origin};

const HOUR: i64 = 3600;

/// Every payment until that moment.
pub(crate) fn all(origin: Origin, gigs: &[Gig], until: OffsetDateTime) -> Vec<Payment> {
    let mut payments: Vec<Payment> = gigs.iter().flat_map(|gig| earned(origin, gig)).collect();
    payments.retain(|payment| payment.updated_at < until);
    payments.extend(
        weeks(&payments)
            .into_iter()
            .flat_map(|(week, sums)| settled(origin, week, sums)),
    );
    payments
}

fn earned(origin: Origin, gig: &Gig) -> Vec<Payment> {
    let mut dice = origin.dice(&gig.id, gig.ended_at.date());
    let paid_at = later(gig.ended_at, dice.between(40, 200));
    let part = |kind, prefix, minor, paid_at| {
        payment(gig.id.replacen("gig", prefix, 1), kind, Some(gig), minor, paid_at)
    };
    let mut payments = vec![part(PaymentKind::Fare, "pay", gig.amount.minor, paid_at)];
    if gig.status == GigStatus::Completed {
        payments.extend(boost(&mut dice, gig).map(|minor| part(PaymentKind::Boost, "bst", minor, paid_at)));
        let tipped_at = later(paid_at, dice.between(60, 2400));
        payments
            .extend(tip(&mut dice, gig.kind).map(|minor| part(PaymentKind::Tip, "tip", minor, tipped_at)));
    }
    payments
}

/// The platform pays more when many ask at once: on the evenings from Friday to Sunday.
fn boost(dice: &mut Dice, gig: &Gig) -> Option<i64> {
    let busy = gig.started_at.weekday().number_days_from_monday() >= 4 && gig.started_at.hour() >= 17;
    let likely = if busy { 0.42 } else { 0.05 };
    (gig.kind.on_the_road() && dice.chance(likely)).then(|| dice.between(3, 9) * 20)
}

fn tip(dice: &mut Dice, kind: Kind) -> Option<i64> {
    let (likely, step, most) = match kind {
        Kind::Delivery => (0.27, 50, 6),
        Kind::Ride => (0.18, 50, 8),
        Kind::Handyman => (0.15, 500, 2),
        Kind::Design => (0.03, 1000, 2),
        Kind::Tutoring => (0.04, 200, 3),
    };
    dice.chance(likely).then(|| step * dice.low_between(1, most))
}

/// What a week earned in all, and which part of it the platform takes its share of.
#[derive(Clone, Copy, Default)]
struct Sums {
    all: i64,
    charged: i64,
}

/// Each week by its Monday. The oldest is left out: the history may begin in its middle.
fn weeks(payments: &[Payment]) -> BTreeMap<Date, Sums> {
    let mut weeks: BTreeMap<Date, Sums> = BTreeMap::new();
    for payment in payments {
        let sums = weeks.entry(monday(payment.paid_at.date())).or_default();
        sums.all += payment.amount.minor;
        if payment.kind != PaymentKind::Tip {
            sums.charged += payment.amount.minor;
        }
    }
    weeks.pop_first();
    weeks
}

/// Twelve per cent of fares and boosts on Monday, the rest to the bank on Tuesday.
fn settled(origin: Origin, week: Date, sums: Sums) -> [Payment; 2] {
    let charge = -(sums.charged * 12 + 50) / 100;
    let monday = week + Duration::WEEK;
    let id = |prefix| origin.id(prefix, week, 0);
    let mut charged = payment(
        id("chg"),
        PaymentKind::ServiceCharge,
        None,
        charge,
        at(monday, 4 * HOUR),
    );
    let mut paid_out = payment(
        id("out"),
        PaymentKind::Payout,
        None,
        sums.all + charge,
        at(monday + Duration::DAY, 6 * HOUR + 1800),
    );
    charged.description = format!("Service charge, 12 % of fares and boosts, {}", span(week));
    paid_out.description = format!("Payout to the account ending in 4417, {}", span(week));
    [charged, paid_out]
}

fn payment(id: String, kind: PaymentKind, gig: Option<&Gig>, minor: i64, paid_at: OffsetDateTime) -> Payment {
    let description = gig.map(|gig| gig.title.clone()).unwrap_or_default();
    let gig = gig.map(|gig| gig.id.clone());
    Payment {
        id,
        kind,
        gig,
        description,
        paid_at,
        amount: Money::euro_cents(minor),
        updated_at: paid_at,
    }
}

/// `2 March to 8 March 2026`.
fn span(week: Date) -> String {
    let sunday = week + Duration::days(6);
    format!(
        "{} {} to {} {} {}",
        week.day(),
        week.month(),
        sunday.day(),
        sunday.month(),
        sunday.year()
    )
}
