//! Who can be chosen on the authorisation page. None of them exists.

use super::records::Kind;

/// A made-up person.
#[derive(Debug)]
pub struct Account {
    /// The value of the form field `account`.
    pub id: &'static str,
    /// Given name.
    pub first_name: &'static str,
    /// Family name.
    pub last_name: &'static str,
    /// What the person does, in a few words.
    pub works_as: &'static str,
    /// The address under which the platform knows the person.
    pub email: &'static str,
    pub(crate) phone: &'static str,
    pub(crate) city: &'static str,
    pub(crate) languages: &'static [&'static str],
    /// How often each kind of work comes.
    pub(crate) mix: &'static [(Kind, f64)],
    /// Share of clients who are entirely content.
    pub(crate) praise: f64,
}

/// Everybody, the first one chosen unless the person chooses otherwise.
pub const ACCOUNTS: &[Account] = &[
    Account {
        id: "lucia",
        first_name: "Lucía",
        last_name: "Arroyo Vidal",
        works_as: "deliveries and rides",
        email: "lucia.arroyo@post.example",
        phone: "+34 600 000 011",
        city: "Barcelona",
        languages: &["es", "ca", "en"],
        mix: &[
            (Kind::Delivery, 0.62),
            (Kind::Ride, 0.2),
            (Kind::Tutoring, 0.1),
            (Kind::Handyman, 0.06),
            (Kind::Design, 0.02),
        ],
        praise: 0.76,
    },
    Account {
        id: "bruno",
        first_name: "Bruno",
        last_name: "Salcedo Mora",
        works_as: "deliveries and repairs",
        email: "bruno.salcedo@post.example",
        phone: "+34 600 000 022",
        city: "Valencia",
        languages: &["es", "it"],
        mix: &[
            (Kind::Delivery, 0.54),
            (Kind::Handyman, 0.26),
            (Kind::Ride, 0.16),
            (Kind::Design, 0.02),
            (Kind::Tutoring, 0.02),
        ],
        praise: 0.7,
    },
    Account {
        id: "noor",
        first_name: "Noor",
        last_name: "Haddani",
        works_as: "lessons and design",
        email: "noor.haddani@post.example",
        phone: "+34 600 000 033",
        city: "Madrid",
        languages: &["en", "es", "ar"],
        mix: &[
            (Kind::Tutoring, 0.45),
            (Kind::Delivery, 0.36),
            (Kind::Design, 0.05),
            (Kind::Handyman, 0.07),
            (Kind::Ride, 0.07),
        ],
        praise: 0.82,
    },
];
