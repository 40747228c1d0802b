//! The choices of a question: periods and details. None is chosen for the person.

use time::{Date, Duration};
use vault_store::{Scope, grants::Precision, records::Step};

use super::{leaf::Leaf, narrowing::can_sum};

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

/// Whole weeks and months, so that no sum is cut; without a last day, so that standing access sees later days too.
pub(super) fn periods(today: Date) -> Vec<PeriodChoice> {
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
pub(super) fn details(scopes: &[Scope]) -> Vec<DetailChoice> {
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
}
