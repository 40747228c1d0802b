//! Every layout of every importer that reads something.

use super::maker::{
    Date, Form, Spec,
    Sum::{Charges, Payments, Payouts, Statements, Work},
    Words,
};

const PLAIN: Spec = Spec {
    importer: "uber",
    layout: "",
    name: "",
    form: Form::Csv(','),
    start: &[],
    end: &[],
    date: Date::Iso,
    id: &[],
    money: &[],
    needs_money: false,
    currency: None,
    plain: None,
    types: None,
    fixed: &[],
};

const UBER_TYPES: Words = &[
    ("fare", Some(Payments)),
    ("delivery.fare.pickup", Some(Payments)),
    ("tip", Some(Payments)),
    ("intermediary.commission", Some(Payments)),
    ("weekly.payout", Some(Payouts)),
];

pub(super) fn specs() -> Vec<Spec> {
    let mut specs = uber();
    specs.extend(goods());
    specs.extend(others());
    specs
}

fn uber() -> Vec<Spec> {
    vec![
        Spec {
            layout: "driver-trips-eu",
            name: "02 - Driver Lifetime Trips.csv",
            form: Form::Csv(';'),
            start: &["begintrip_timestamp_utc", "request_timestamp_utc"],
            end: &["dropoff_timestamp_utc"],
            money: &[("driver_upfront_fare_local", Work, 1)],
            currency: Some("currency_code"),
            fixed: &[
                ("driver_trip_number", "2898"),
                ("trip_distance_miles", "2.5"),
                ("trip_duration_seconds", "612.4"),
            ],
            ..PLAIN
        },
        Spec {
            layout: "driver-trips-us",
            name: "driver_lifetime_trips-0.csv",
            start: &["begintrip_timestamp_utc", "request_timestamp_utc"],
            end: &["dropoff_timestamp_utc"],
            date: Date::IsoUtc,
            money: &[("driver_upfront_fare_local", Work, 1)],
            currency: Some("currency_code"),
            ..PLAIN
        },
        Spec {
            layout: "driver-trip-details",
            name: "Trip details (Driver).csv",
            start: &["begintrip_time", "request_time"],
            end: &["dropoff_time"],
            money: &[("fare", Work, 1)],
            currency: Some("currency"),
            ..PLAIN
        },
        Spec {
            layout: "driver-payments-id",
            name: "19a - Driver Payments.csv",
            form: Form::Csv(';'),
            start: &["recognize_timestamp_local"],
            money: &[("amount_local", Payments, 1)],
            needs_money: true,
            currency: Some("currency_code"),
            types: Some(("classification", UBER_TYPES)),
            ..PLAIN
        },
        Spec {
            layout: "driver-payments-name",
            name: "23a - Driver Payments.csv",
            form: Form::Latin,
            start: &["recognize_timestamp_local"],
            money: &[("amount_local", Payments, 1)],
            needs_money: true,
            currency: Some("currency_code"),
            types: Some(("category", UBER_TYPES)),
            fixed: &[("city_name", "Göteborg")],
            ..PLAIN
        },
        Spec {
            layout: "driver-payments-us",
            name: "driver_payments-0.csv",
            start: &["Local Timestamp"],
            money: &[("Local Amount", Payments, 1)],
            needs_money: true,
            currency: Some("Currency Code"),
            types: Some(("Classification", UBER_TYPES)),
            ..PLAIN
        },
        Spec {
            layout: "online",
            name: "11 - Driver Online Offline.csv",
            form: Form::Csv(';'),
            start: &["begin_timestamp_utc"],
            end: &["end_timestamp_utc"],
            fixed: &[("duration_ms", "61234.9")],
            ..PLAIN
        },
        Spec {
            layout: "dispatches",
            name: "14 - Driver Dispatches Offered and Accepted.csv",
            start: &["start_timestamp_utc"],
            end: &["end_timestamp_utc"],
            ..PLAIN
        },
        Spec {
            layout: "restrictions",
            name: "11 - Driver App Restrictions.csv",
            start: &["Time"],
            fixed: &[
                ("msg.rule", "consecutiveReject"),
                ("msg.penaltyboxdurationms", "600000"),
            ],
            ..PLAIN
        },
        Spec {
            layout: "courier-trips",
            name: "31 - Courier Lifetime Trip Data.csv",
            form: Form::Csv('|'),
            start: &["courier_accept_timestamp_utc", "courier_accept_timestamp_local"],
            end: &["courier_dropoff_timestamp_local"],
            ..PLAIN
        },
        Spec {
            layout: "lost-time",
            name: "Lost Time details (Driver).csv",
            start: &["previous_dropoff_time", "next_request_time"],
            end: &["next_request_time"],
            ..PLAIN
        },
        Spec {
            layout: "driver-ratings",
            name: "driver_lifetime_ratings_received-0.csv",
            date: Date::None,
            fixed: &[("five_star_rating", "5")],
            ..PLAIN
        },
        Spec {
            layout: "rider-trips",
            name: "trips_data.csv",
            form: Form::Wide,
            start: &["Request Time", "Begin Trip Time"],
            end: &["Dropoff Time"],
            date: Date::IsoUtc,
            money: &[("Fare Amount", Charges, 1)],
            currency: Some("Fare Currency"),
            ..PLAIN
        },
    ]
}

fn goods() -> Vec<Spec> {
    vec![
        Spec {
            importer: "airbnb",
            layout: "earnings",
            name: "airbnb_completed.csv",
            start: &["Date"],
            date: Date::As("[month]/[day]/[year]"),
            money: &[("Amount", Payments, 1)],
            needs_money: true,
            currency: Some("Currency"),
            types: Some((
                "Type",
                &[
                    ("Reservation", Some(Payments)),
                    ("Payout", Some(Payouts)),
                    ("Resolution Adjustment", Some(Payments)),
                    ("Total", None),
                ],
            )),
            ..PLAIN
        },
        Spec {
            importer: "airbnb",
            layout: "earnings-upcoming",
            name: "airbnb_pending.csv",
            start: &["Start date"],
            date: Date::As("[day]/[month]/[year]"),
            id: &["Confirmation Code"],
            ..PLAIN
        },
        Spec {
            importer: "airbnb",
            layout: "reservations",
            name: "user_data.xlsx",
            form: Form::Sheet,
            start: &["Start Date"],
            end: &["End Date"],
            date: Date::Days,
            id: &["Confirmation Code"],
            money: &[("Payout Amount", Work, 1)],
            currency: Some("Currency"),
            ..PLAIN
        },
        Spec {
            importer: "etsy",
            layout: "sold-orders",
            name: "EtsySoldOrders2024.csv",
            start: &["Sale Date"],
            end: &["Date Shipped"],
            date: Date::As("[month]/[day]/[year repr:last_two]"),
            id: &["Order ID"],
            money: &[("Adjusted Net Order Amount", Payments, 1)],
            needs_money: true,
            currency: Some("Currency"),
            ..PLAIN
        },
        Spec {
            importer: "ebay",
            layout: "orders",
            name: "ebay-orders.csv",
            start: &["Sale Date"],
            end: &["Shipped On Date"],
            date: Date::As("[month repr:short]-[day]-[year repr:last_two]"),
            id: &["Order Number", "Item Number", "Transaction ID"],
            money: &[("Sold For", Work, 1)],
            needs_money: true,
            plain: Some("USD"),
            ..PLAIN
        },
        Spec {
            importer: "ebay",
            layout: "transactions",
            name: "Transaction_report.csv",
            start: &["Transaction creation date"],
            date: Date::As("[month repr:short] [day padding:none], [year]"),
            money: &[("Net amount", Payments, 1)],
            needs_money: true,
            currency: Some("Payout currency"),
            types: Some((
                "Type",
                &[
                    ("Order", Some(Payments)),
                    ("Refund", Some(Payments)),
                    ("Payout", Some(Payouts)),
                    ("Shipping label", Some(Charges)),
                    ("Other fee", Some(Payments)),
                    ("Hold", None),
                ],
            )),
            ..PLAIN
        },
    ]
}

fn others() -> Vec<Spec> {
    const SPONSORS: Words = &[
        ("settled", Some(Payments)),
        ("refunded", Some(Payments)),
        ("pending", None),
        ("failed", None),
    ];
    vec![
        Spec {
            importer: "doordash",
            layout: "deliveries",
            name: "dasher_delivery_information.csv",
            start: &["ACTUAL_PICKUP_TIME", "ORDER_CREATED_TIME"],
            end: &["ACTUAL_DELIVERY_TIME"],
            date: Date::Nanoseconds,
            ..PLAIN
        },
        Spec {
            importer: "doordash",
            layout: "earnings",
            name: "dasher_earnings.csv",
            start: &["DASH_START_TIME"],
            end: &["DASH_END_TIME"],
            money: &[("TOTAL_PAY", Payments, 1)],
            needs_money: true,
            currency: Some("CURRENCY"),
            plain: Some("USD"),
            ..PLAIN
        },
        Spec {
            importer: "wolt",
            layout: "courier-tasks",
            name: "courier_tasks.csv",
            start: &["Started at", "Task creation time"],
            end: &["Task completion time"],
            fixed: &[("Is pickup task", "true")],
            ..PLAIN
        },
        Spec {
            importer: "babysits",
            layout: "jobs",
            name: "data_jobs_1.csv",
            start: &["booked_at", "accepted_at", "created_at"],
            end: &["terminated_at"],
            date: Date::As("[day].[month].[year]"),
            id: &["id"],
            money: &[("remuneration_paid", Payments, 1)],
            currency: Some("currency"),
            plain: Some("EUR"),
            ..PLAIN
        },
        Spec {
            importer: "bolt",
            layout: "fleet-report",
            name: "Bolt-weekly.csv",
            form: Form::Latin,
            start: &["Period"],
            date: Date::As("[year]-[month]-[day]"),
            money: &[
                ("Gross earnings|€", Payments, 1),
                ("Bolt fee|€", Payments, -1),
                ("Projected payout|€", Payouts, 1),
            ],
            needs_money: true,
            plain: Some("EUR"),
            ..PLAIN
        },
        Spec {
            importer: "strava",
            layout: "activities",
            name: "activities.csv",
            start: &["Activity Date"],
            date: Date::As(
                "[month repr:short] [day padding:none], [year], [hour repr:12 padding:none]:[minute]:[second] [period]",
            ),
            id: &["Activity ID"],
            fixed: &[
                ("Distance", "1.23"),
                ("Distance#2", "1234.5"),
                ("Elapsed Time#2", "600.0"),
            ],
            ..PLAIN
        },
        Spec {
            importer: "strava",
            layout: "activities-older",
            name: "activities.csv",
            start: &["Activity Date"],
            id: &["Activity ID"],
            ..PLAIN
        },
        Spec {
            importer: "github-sponsors",
            layout: "export-csv",
            name: "someone-sponsorships-all-time.csv",
            start: &["Transaction Date", "Sponsorship Started On"],
            date: Date::IsoUtc,
            id: &["Transaction ID"],
            money: &[("Processed Amount", Payments, 1)],
            needs_money: true,
            plain: Some("USD"),
            types: Some(("Status", SPONSORS)),
            ..PLAIN
        },
        Spec {
            importer: "github-sponsors",
            layout: "export-json",
            name: "someone-sponsorships-all-time.json",
            form: Form::Nested,
            start: &["transactions.transaction_date", "sponsorship_started_on"],
            date: Date::IsoUtc,
            id: &["transactions.transaction_id"],
            money: &[("transactions.processed_amount", Payments, 1)],
            needs_money: true,
            plain: Some("USD"),
            types: Some(("transactions.status", SPONSORS)),
            ..PLAIN
        },
        Spec {
            importer: "dac7",
            layout: "quarters",
            name: "statement-2024.csv",
            form: Form::Csv(';'),
            start: &["Year"],
            date: Date::Year,
            id: &["Platform"],
            money: &[("Consideration", Statements, 1)],
            needs_money: true,
            currency: Some("Currency"),
            fixed: &[("Quarter", "Q1")],
            ..PLAIN
        },
        Spec {
            importer: "linkedin",
            layout: "positions",
            name: "Positions.csv",
            start: &["Started On"],
            end: &["Finished On"],
            date: Date::As("[month repr:short] [year]"),
            ..PLAIN
        },
        Spec {
            importer: "linkedin",
            layout: "recommendations",
            name: "Recommendations_Received.csv",
            start: &["Creation Date"],
            date: Date::As("[month]/[day]/[year repr:last_two], [hour repr:12]:[minute] [period]"),
            ..PLAIN
        },
        Spec {
            importer: "upwork",
            layout: "transactions",
            name: "statements.csv",
            start: &["Date"],
            date: Date::As("[month repr:short] [day padding:none], [year]"),
            id: &["Ref ID"],
            money: &[("Amount", Payments, 1)],
            needs_money: true,
            plain: Some("USD"),
            types: Some((
                "Type",
                &[
                    ("Fixed-price", Some(Payments)),
                    ("Service Fee", Some(Payments)),
                    ("Withdrawal", Some(Payouts)),
                    ("Membership Fee", Some(Charges)),
                ],
            )),
            ..PLAIN
        },
        Spec {
            importer: "freelancer",
            layout: "transactions",
            name: "transactions.csv",
            form: Form::Csv('\t'),
            start: &["Date"],
            id: &["Transaction ID"],
            money: &[("Amount", Payments, 1)],
            needs_money: true,
            currency: Some("Currency"),
            types: Some((
                "Transaction Type",
                &[
                    ("Milestone payment", Some(Payments)),
                    ("Project fee", Some(Payments)),
                    ("Express withdrawal", Some(Payouts)),
                ],
            )),
            ..PLAIN
        },
        Spec {
            importer: "freelancer",
            layout: "projects",
            name: "projects.csv",
            start: &["Awarded Date"],
            end: &["Completed Date"],
            id: &["Project ID"],
            money: &[("Bid Amount", Work, 1)],
            currency: Some("Currency"),
            ..PLAIN
        },
    ]
}
