//! The page shows everything, holds no foreign markup, and asks nobody for anything.

use backpack::Marks;
use backpack::page::{Earnings, Gig, Newest, Page};
use proptest::prelude::*;
use time::macros::date;

use crate::sample;

fn html(page: &Page, marks: Marks) -> String {
    let mut out = Vec::new();
    page.write(marks, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Everything between `<` and `>`, without the one attribute that holds data.
fn markup(html: &str) -> Vec<String> {
    let tags = html
        .split('<')
        .skip(1)
        .map(|part| part.split('>').next().unwrap());
    tags.map(|tag| match tag.split_once("aria-label=\"") {
        Some((before, after)) => format!("{before}{}", after.split_once('"').unwrap().1),
        None => tag.to_owned(),
    })
    .collect()
}

#[test]
fn the_sample_is_complete() {
    let page = html(
        &sample::page(""),
        Marks {
            made_up: true,
            full: false,
        },
    );
    // For a look in a browser.
    std::fs::write(
        std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("page.html"),
        &page,
    )
    .unwrap();
    for text in [
        "4,212 work records from three platforms, March 2023 to November 2026.",
        "Made-up data.",
        "The newest 500 of 4,212.",
        "not averaged on purpose",
        "97 %",
        "4.8 of 5",
        "No Uber Eats data",
        "9 Feb 2026 to 5 Apr 2026",
        "20 Nov 2026, 19:42",
        "3.4 km",
        "€6.75",
        "SEK\u{a0}",
        "own entry",
        "Refused",
        "compared on 20 Nov 2026",
        "changed on 20 Nov 2026, not compared",
        "<td>came in</td>",
        "README.txt",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert!(page.len() < 1 << 20, "{} bytes", page.len());
}

#[test]
fn nothing_is_loaded_and_nothing_runs() {
    let page = html(&sample::page(""), Marks::default());
    let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
                  style-src 'unsafe-inline'; img-src data:\">";
    assert!(page.contains(policy));
    assert!(page.find(policy).unwrap() < page.find("<style").unwrap());
    for forbidden in [
        "<script",
        "<link",
        "<img",
        "<iframe",
        "src=",
        "href=",
        "@import",
        "javascript:",
        " on",
        "//",
    ] {
        let inside_tags = markup(&page).iter().any(|tag| tag.contains(forbidden));
        assert!(!inside_tags, "{forbidden}");
    }
    let style = page
        .split_once("<style>")
        .unwrap()
        .1
        .split_once("</style>")
        .unwrap()
        .0;
    assert!(!style.contains("url(") && !style.contains("@import"));
}

#[test]
fn marks_are_shown_only_when_set() {
    let plain = html(&sample::page(""), Marks::default());
    assert!(!plain.contains("Made-up data") && !plain.contains("Full backpack"));
    let full = html(
        &sample::page(""),
        Marks {
            made_up: true,
            full: true,
        },
    );
    assert!(full.contains("<b>Made-up data.</b>") && full.contains("<b>Full backpack.</b>"));
    assert!(full.contains("(made-up data)"), "the title says it too");
}

#[test]
fn an_empty_page_is_sound() {
    let page = html(&Page::default(), Marks::default());
    assert!(page.contains("0 work records."));
    assert!(!page.contains("<section>"));
}

#[test]
fn a_list_is_cut_and_says_so() {
    let gigs = sample::page("").gigs;
    let page = Page {
        gigs,
        ..Page::default()
    };
    let page = html(&page, Marks::default());
    assert_eq!(page.matches("<tr>").count(), 500 + 1);
    assert!(page.contains("All are in <code>platforms/…/records.ndjson</code>."));
    let few = Page {
        gigs: Newest::<Gig>::new(0, []),
        ..Page::default()
    };
    assert!(!html(&few, Marks::default()).contains("in all"));
}

#[test]
fn bars_become_wider_with_the_time_they_cover() {
    let chart = |last| {
        let mut earnings = Earnings::new("EUR", 2);
        earnings.pay(date!(2020 - 01 - 01), "A", 100);
        earnings.pay(last, "A", 250);
        html(
            &Page {
                earnings: vec![earnings],
                ..Page::default()
            },
            Marks::default(),
        )
    };
    let weeks = chart(date!(2020 - 06 - 01));
    assert!(weeks.contains("a week on average") && weeks.contains("Week of 30 Dec 2019: €1.00, 0 gigs"));
    let months = chart(date!(2023 - 06 - 01));
    assert!(months.contains("a month on average") && months.contains("June 2023: €2.50, 0 gigs"));
    let years = chart(date!(2026 - 06 - 01));
    assert!(years.contains("a year on average") && years.contains("<title>2026: €2.50, 0 gigs"));
    let centuries = chart(date!(9999 - 12 - 31));
    assert!(centuries.contains("The chart leaves out 7920 earlier years."));
}

#[test]
fn sums_are_exact_even_where_bars_cannot_be_drawn() {
    let mut earnings = Earnings::new("EUR", 2);
    for platform in ["A", "B", "C", "D", "E", "F", "G"] {
        earnings.pay(date!(2026 - 01 - 05), platform, i64::MAX);
        earnings.pay(date!(2026 - 01 - 06), platform, -i64::MAX);
    }
    earnings.pay(date!(2026 - 01 - 06), "A", -500);
    let page = html(
        &Page {
            earnings: vec![earnings],
            ..Page::default()
        },
        Marks::default(),
    );
    assert!(page.contains("−€5.00"));
    assert!(page.contains("three other platforms"));
    assert!(!page.contains("NaN") && !page.contains("inf"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn data_never_becomes_markup(text in "[<>&\"'/=a-z!\\-\u{202e}\u{0}]{1,40}|\\PC{1,40}") {
        let hostile = html(&sample::page(&text), Marks::default());
        let harmless = html(&sample::page("x"), Marks::default());
        prop_assert_eq!(markup(&hostile), markup(&harmless));
    }
}
