//! Any bytes, any order, any overlap.

use std::collections::BTreeSet;

use proptest::prelude::*;
use vault_connect::takeout::{self, Choices};

use super::kit::{Place, read, zip_of};

/// Reads whatever there is, whatever comes of it; what is read adds up.
fn try_all(name: &str, bytes: &[u8]) {
    let place = Place::new();
    let Ok(bundle) = place.open(name, bytes) else {
        return;
    };
    let Ok(recognised) = takeout::recognise(&bundle, &[], None) else {
        return;
    };
    assert_eq!(
        recognised.files.len() + recognised.unknown.len(),
        bundle.files().len()
    );
    for position in 0..bundle.files().len() {
        let _ = takeout::shape(&bundle, position);
        let _ = takeout::look(&bundle, position, 3);
    }
    if let Ok(read) = read(&bundle, &Choices::default()) {
        assert_eq!(
            read.sums.accepted + read.sums.contained + read.sums.all_aside(),
            read.sums.rows
        );
    }
}

const HEADER: &str =
    "City Name,Trip UUID,Local Amount,Currency Code,Classification,Category,Local Timestamp\n";

fn file(rows: &[usize]) -> String {
    rows.iter().fold(HEADER.to_owned(), |text, row| {
        // Every third is the same as another: equal tips.
        let minute = row / 3;
        text + &format!(
            "Phoenix,,{}.50,USD,tip,x,2024-03-05 {:02}:{:02}:00\n",
            row / 3,
            minute / 60,
            minute % 60
        )
    })
}

fn keys(text: &str) -> BTreeSet<String> {
    let place = Place::new();
    let bundle = place.open("a.csv", text.as_bytes()).unwrap();
    let read = read(&bundle, &Choices::default()).unwrap();
    let keys: BTreeSet<String> = read.keys().into_iter().collect();
    assert_eq!(
        u64::try_from(keys.len()).unwrap(),
        read.sums.accepted,
        "no key twice in a file"
    );
    keys
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..3000)) {
        try_all("a", &bytes);
    }

    #[test]
    fn any_text_under_a_known_header_is_answered(text in "[a-z0-9,;\"\\n\\\\ .:-]{0,400}") {
        try_all("a.csv", format!("{HEADER}{text}").as_bytes());
    }

    #[test]
    fn a_changed_archive_is_answered(at in 0_usize..10_000, to in any::<u8>(), cut in 0_usize..10_000) {
        let mut bytes = zip_of(&[("a.csv", file(&[1, 2, 3]).as_bytes()), ("b/c.csv", b"five_star_rating\n5\n")]);
        let (at, cut) = (at % bytes.len(), cut % bytes.len());
        bytes[at] = to;
        try_all("a.zip", &bytes);
        try_all("a.zip", &bytes[..cut]);
    }

    #[test]
    fn a_changed_workbook_is_answered(part in 0_usize..2, text in "[<>/a-z0-9\"=& ;#]{0,200}") {
        let sheet = format!("<worksheet><sheetData><row r=\"1\"><c t=\"s\"><v>{text}</v></c></row>{text}</sheetData></worksheet>");
        let strings = format!("<sst><si><t>{text}</t></si></sst>");
        let parts: [&str; 2] = if part == 0 { [&text, &strings] } else { [&sheet, &text] };
        try_all("a.xlsx", &zip_of(&[
            ("[Content_Types].xml", b"<Types/>"),
            ("xl/workbook.xml", b"<workbook><sheets><sheet name=\"a\" sheetId=\"1\"/></sheets></workbook>"),
            ("xl/worksheets/sheet1.xml", parts[0].as_bytes()),
            ("xl/sharedStrings.xml", parts[1].as_bytes()),
        ]));
    }

    #[test]
    fn any_json_is_answered(text in "[\\[\\]{}\":,a-c0-9 \\n]{0,300}") {
        try_all("a.json", text.as_bytes());
        try_all("b.json", format!("[{{\"five_star_rating\":{text}}}]").as_bytes());
    }

    /// The delimiter is found whatever stands in the cells.
    #[test]
    fn every_delimiter_is_found(
        delimiter in prop::sample::select(vec![',', ';', '\t', '|']),
        words in proptest::collection::vec("[a-z ]{1,8}", 3..20),
    ) {
        let mut text = HEADER.replace(',', &delimiter.to_string());
        for word in &words {
            let cells = [word, "t", "1.00", "USD", "fare", "x", "2024-03-05 18:30:00"];
            text += &(cells.join(&delimiter.to_string()) + "\n");
        }
        let place = Place::new();
        let bundle = place.open("a", text.as_bytes()).unwrap();
        prop_assert_eq!(read(&bundle, &Choices::default()).unwrap().sums.accepted, words.len() as u64);
    }

    /// The order of rows changes no key, and two exports that overlap are together what one of both is.
    #[test]
    fn order_and_overlap_change_no_key(
        rows in Just((0_usize..30).collect::<Vec<_>>()).prop_shuffle(),
        (first, second) in (0_usize..10, 0_usize..10),
    ) {
        let whole = keys(&file(&(0..30).collect::<Vec<_>>()));
        prop_assert_eq!(&keys(&file(&rows)), &whole);
        // An export is of a period: rows of one moment are in it together.
        let (from, to) = (first.min(second) * 3, first.max(second) * 3);
        let one = keys(&file(&(0..to).collect::<Vec<_>>()));
        let other = keys(&file(&(from..30).rev().collect::<Vec<_>>()));
        let both: BTreeSet<String> = one.union(&other).cloned().collect();
        prop_assert_eq!(&both, &whole);
    }
}
