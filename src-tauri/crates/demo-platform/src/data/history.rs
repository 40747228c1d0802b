//! One person's whole history, put together.

use time::{Date, OffsetDateTime};

use super::{
    Account, Listed, calendar, feedback, gigs, payments,
    plan::Plan,
    records::{Achievement, Gig, Me, Payment, Rating, Restriction, Review},
    standing,
};
use crate::dice::Origin;

/// Everything the platform holds about one person, each list in the order of its last change.
#[derive(Debug)]
pub(crate) struct History {
    pub(crate) me: Me,
    pub(crate) gigs: Vec<Gig>,
    pub(crate) payments: Vec<Payment>,
    pub(crate) ratings: Vec<Rating>,
    pub(crate) reviews: Vec<Review>,
    pub(crate) achievements: Vec<Achievement>,
    pub(crate) restrictions: Vec<Restriction>,
}

impl History {
    /// The history of a person until the day before `end`.
    pub(crate) fn new(account: &'static Account, seed: u64, records: u32, end: Date) -> Self {
        let origin = Origin {
            seed,
            account: account.id,
        };
        let plan = Plan::new(origin, records, end);
        let gigs = gigs::all(origin, account, &plan);
        let feedback = feedback::about(origin, account, &gigs);
        let until = calendar::at(end, 0);
        Self {
            me: account.me(),
            payments: ordered(payments::all(origin, &gigs, until), until),
            gigs: ordered(gigs, until),
            ratings: ordered(feedback.ratings, until),
            reviews: ordered(feedback.reviews, until),
            achievements: ordered(standing::achievements(origin, &plan), until),
            restrictions: ordered(standing::restrictions(origin, &plan), until),
        }
    }
}

impl Account {
    fn me(&self) -> Me {
        Me {
            id: self.id,
            name: format!("{} {}", self.first_name, self.last_name),
            first_name: self.first_name,
            last_name: self.last_name,
            email: self.email,
            phone: self.phone,
            city: self.city,
            country: "ES",
            languages: self.languages,
            time_zone: "Europe/Madrid",
            currency: "EUR",
            made_up: true,
        }
    }
}

/// Oldest change first; what lies after the end has not happened yet.
fn ordered<T: Listed>(mut items: Vec<T>, until: OffsetDateTime) -> Vec<T> {
    items.retain(|item| item.updated_at() < until);
    items.sort_by(|one, other| {
        one.updated_at()
            .cmp(&other.updated_at())
            .then_with(|| one.id().cmp(other.id()))
    });
    items
}

#[cfg(test)]
mod tests {
    use std::{
        collections::{BTreeMap, BTreeSet},
        sync::LazyLock,
    };

    use time::{Date, Duration, Month, OffsetDateTime, macros::date};

    use super::{History, Listed};
    use crate::data::{
        ACCOUNTS, calendar,
        records::{GigStatus, Kind, PaymentKind, Rating},
    };

    const END: Date = date!(2026 - 11 - 24);

    static LUCIA: LazyLock<History> = LazyLock::new(|| History::new(&ACCOUNTS[0], 20_260, 3_000, END));

    fn cents(history: &History, kind: PaymentKind) -> i64 {
        history
            .payments
            .iter()
            .filter(|payment| payment.kind == kind)
            .map(|payment| payment.amount.minor)
            .sum()
    }

    fn assert_ordered_and_unique<T: Listed>(items: &[T]) {
        assert!(items.is_sorted_by_key(|item| item.updated_at()));
        assert_eq!(
            items.iter().map(Listed::id).collect::<BTreeSet<_>>().len(),
            items.len()
        );
        let until = calendar::at(END, 0);
        assert!(
            items.iter().all(|item| item.updated_at() < until),
            "nothing lies in the future"
        );
    }

    #[test]
    fn every_list_is_filled_ordered_and_without_doubles() {
        let history = &*LUCIA;
        assert_eq!(history.gigs.len(), 3_000);
        assert!(
            history.payments.len() > 3_500,
            "{} payments",
            history.payments.len()
        );
        assert!(history.ratings.len() > 1_700, "{} ratings", history.ratings.len());
        assert!(
            (150..600).contains(&history.reviews.len()),
            "{} reviews",
            history.reviews.len()
        );
        assert!(
            (8..20).contains(&history.achievements.len()),
            "{} achievements",
            history.achievements.len()
        );
        assert!(
            (1..=3).contains(&history.restrictions.len()),
            "{} restrictions",
            history.restrictions.len()
        );
        assert_ordered_and_unique(&history.gigs);
        assert_ordered_and_unique(&history.payments);
        assert_ordered_and_unique(&history.ratings);
        assert_ordered_and_unique(&history.reviews);
        assert_ordered_and_unique(&history.achievements);
        assert_ordered_and_unique(&history.restrictions);
    }

    #[test]
    fn the_same_seed_gives_the_same_history_and_another_seed_another() {
        let written = |history: &History| {
            serde_json::to_string(&(&history.gigs, &history.payments, &history.reviews)).unwrap()
        };
        let again = History::new(&ACCOUNTS[0], 20_260, 3_000, END);
        assert_eq!(written(&LUCIA), written(&again));
        let other = History::new(&ACCOUNTS[0], 1, 3_000, END);
        assert_ne!(written(&LUCIA), written(&other));
        let somebody_else = History::new(&ACCOUNTS[1], 20_260, 3_000, END);
        assert_ne!(LUCIA.gigs[0].id, somebody_else.gigs[0].id);
    }

    #[test]
    fn a_day_later_the_past_is_the_same() {
        let later = History::new(&ACCOUNTS[0], 20_260, 3_000, END + Duration::DAY);
        let known: BTreeMap<_, _> = later
            .gigs
            .iter()
            .map(|gig| (gig.id.as_str(), serde_json::to_string(gig).unwrap()))
            .collect();
        let recent = LUCIA
            .gigs
            .iter()
            .filter(|gig| gig.started_at.date() > date!(2025 - 08 - 01));
        for gig in recent {
            assert_eq!(
                known.get(gig.id.as_str()),
                Some(&serde_json::to_string(gig).unwrap())
            );
        }
    }

    #[test]
    fn one_month_has_no_gigs_at_all() {
        let in_april = |moment: OffsetDateTime| (moment.year(), moment.month()) == (2026, Month::April);
        assert!(
            LUCIA
                .gigs
                .iter()
                .all(|gig| !in_april(gig.started_at) && !in_april(gig.ended_at))
        );
        let months: BTreeSet<_> = LUCIA
            .gigs
            .iter()
            .map(|gig| calendar::month_number(gig.started_at.date()))
            .collect();
        assert!(months.len() >= 18, "{} months with work", months.len());
    }

    #[test]
    fn what_reached_the_bank_is_what_was_earned_less_the_charges() {
        let payouts: Vec<_> = LUCIA
            .payments
            .iter()
            .filter(|payment| payment.kind == PaymentKind::Payout)
            .collect();
        for payout in &payouts {
            let week = calendar::monday(payout.paid_at.date()) - Duration::WEEK;
            let weeks_part = |kind: PaymentKind, monday: Date| -> i64 {
                let same = LUCIA.payments.iter().filter(|payment| {
                    payment.kind == kind && calendar::monday(payment.paid_at.date()) == monday
                });
                same.map(|payment| payment.amount.minor).sum()
            };
            let earned = weeks_part(PaymentKind::Fare, week)
                + weeks_part(PaymentKind::Tip, week)
                + weeks_part(PaymentKind::Boost, week);
            let charge = weeks_part(PaymentKind::ServiceCharge, week + Duration::WEEK);
            assert!(charge < 0);
            assert_eq!(payout.amount.minor, earned + charge, "{}", payout.description);
        }
        assert!(payouts.len() > 65, "{} payouts", payouts.len());
    }

    #[test]
    fn amounts_are_those_of_such_work() {
        let earned = cents(&LUCIA, PaymentKind::Fare)
            + cents(&LUCIA, PaymentKind::Tip)
            + cents(&LUCIA, PaymentKind::Boost);
        assert!(
            (1_600_000..4_500_000).contains(&earned),
            "{earned} cents in eighteen months"
        );
        assert!(cents(&LUCIA, PaymentKind::Tip) * 20 < earned);
        let fares: i64 = LUCIA.gigs.iter().map(|gig| gig.amount.minor).sum();
        assert!(
            (fares - cents(&LUCIA, PaymentKind::Fare)).abs() < 10_000,
            "a fare for each gig"
        );
        for gig in LUCIA
            .gigs
            .iter()
            .filter(|gig| gig.kind == Kind::Delivery && gig.status == GigStatus::Completed)
        {
            assert!((250..700).contains(&gig.amount.minor), "{}", gig.amount.minor);
            assert!((480..2_600).contains(&gig.duration_s), "{}", gig.duration_s);
        }
    }

    #[test]
    fn gigs_by_the_minute_seldom_overlap() {
        let mut roads: Vec<_> = LUCIA.gigs.iter().filter(|gig| gig.kind.on_the_road()).collect();
        roads.sort_by_key(|gig| gig.started_at);
        let overlaps = roads
            .windows(2)
            .filter(|pair| pair[1].started_at < pair[0].ended_at)
            .count();
        assert!(overlaps * 50 < roads.len(), "{overlaps} of {}", roads.len());
    }

    #[test]
    fn every_rating_is_on_its_scale_and_both_scales_occur() {
        let on_scale = |rating: &Rating| (rating.min..=rating.max).contains(&rating.value);
        assert!(LUCIA.ratings.iter().all(on_scale));
        assert!(
            LUCIA
                .ratings
                .iter()
                .any(|rating| (rating.min, rating.max) == (0, 1))
        );
        let stars: Vec<_> = LUCIA.ratings.iter().filter(|rating| rating.max == 5).collect();
        let mean = stars.iter().map(|rating| rating.value).sum::<i64>() as f64 / stars.len() as f64;
        assert!((4.2..4.9).contains(&mean), "mean of {mean}");
    }

    #[test]
    fn everything_said_belongs_to_a_completed_gig() {
        let completed: BTreeSet<_> = LUCIA
            .gigs
            .iter()
            .filter(|gig| gig.status == GigStatus::Completed)
            .map(|gig| gig.id.as_str())
            .collect();
        let rated: BTreeSet<_> = LUCIA.ratings.iter().map(|rating| rating.id.as_str()).collect();
        assert!(
            LUCIA
                .ratings
                .iter()
                .all(|rating| completed.contains(rating.gig.as_str()))
        );
        assert!(
            LUCIA
                .reviews
                .iter()
                .all(|review| completed.contains(review.gig.as_str())
                    && rated.contains(review.rating.as_str()))
        );
        assert!(completed.len() < LUCIA.gigs.len(), "some were cancelled and paid");
    }

    #[test]
    fn times_have_the_offset_of_the_season() {
        let offsets: BTreeSet<_> = LUCIA
            .gigs
            .iter()
            .map(|gig| gig.started_at.offset().whole_hours())
            .collect();
        assert_eq!(offsets, BTreeSet::from([1, 2]));
    }

    #[test]
    fn nobody_and_very_much_work_are_possible() {
        assert!(History::new(&ACCOUNTS[1], 1, 0, END).gigs.is_empty());
        assert_eq!(History::new(&ACCOUNTS[2], 1, 20_000, END).gigs.len(), 20_000);
        assert_eq!(History::new(&ACCOUNTS[2], 1, 1, END).gigs.len(), 1);
    }
}
