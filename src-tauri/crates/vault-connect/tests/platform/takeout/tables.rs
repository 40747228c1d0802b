//! Tables in every form, and what rows say.

use std::{io::Write as _, ops::ControlFlow};

use bundle::BundleError;
use serde_json::json;
use time::macros::datetime;
use vault_connect::takeout::{
    self, AsideReason, Choices, Importer, LONGEST_ROW, MappedColumn, Mapping, RowRead, TakeoutError,
};
use vault_store::RecordKind;

use super::kit::{Place, read, recognise, workbook, zip_of};

const HEADER: &str = "City Name,Trip UUID,Local Amount,Currency Code,Classification,Category,Local Timestamp";

fn payments(rows: &[&str]) -> String {
    rows.iter()
        .fold(format!("{HEADER}\n"), |text, row| text + row + "\n")
}

fn in_zone(zone: &str) -> Choices {
    Choices {
        time_zone: Some(zone.into()),
        ..Choices::default()
    }
}

#[test]
fn delimiters_and_encodings_are_found() {
    let rows = payments(&[
        "Göteborg,a,12.50,SEK,fare,\"x, y; z\",2024-03-05 18:30:00",
        "Malmö,b,7.25,SEK,fare,\"two\nlines\",2024-03-06 18:30:00",
    ]);
    let with = |delimiter: &str| {
        let text = rows.replace("\"x, y; z\"", "\u{1}").replace(',', delimiter);
        text.replace('\u{1}', "\"x, y; z\"")
    };
    let wide = |text: &str, big: bool| -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| {
                if big {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            })
            .collect()
    };
    let place = Place::new();
    let mut all = Vec::new();
    for (what, bytes) in [
        ("commas", with(",").into_bytes()),
        ("mark", format!("\u{feff}{}", with(",")).into_bytes()),
        ("semicolons", with(";").into_bytes()),
        ("tabs", with("\t").into_bytes()),
        ("bars", with("|").into_bytes()),
        ("hint", format!("sep=;\r\n{}", with(";")).into_bytes()),
        (
            "mac",
            with(",")
                .replace("\"two\nlines\"", "twolines")
                .replace('\n', "\r")
                .into_bytes(),
        ),
        ("utf-16 little", wide(&format!("\u{feff}{}", with(";")), false)),
        ("utf-16 big", wide(&format!("\u{feff}{}", with("\t")), true)),
        ("utf-16 without a mark", wide(&with(","), false)),
        (
            "windows-1252",
            with(";")
                .chars()
                .map(|symbol| u8::try_from(u32::from(symbol)).unwrap())
                .collect(),
        ),
    ] {
        let bundle = place.open(&format!("{what}.dat"), &bytes).unwrap();
        let read = read(&bundle, &in_zone("Europe/Stockholm")).unwrap();
        assert_eq!(read.sums.accepted, 2, "{what}");
        assert_eq!(read.records()[0].extra["city"], json!("Göteborg"), "{what}");
        assert_eq!(read.records()[0].extra["category"], json!("x, y; z"), "{what}");
        all.push(read.keys());
    }
    // The keys are of what is said, not of how it is written.
    for keys in &all {
        assert_eq!(keys.len(), 2);
        assert_eq!(keys[0], all[0][0]);
    }
}

#[test]
fn a_letter_of_another_encoding_far_down_is_read() {
    let mut text = payments(&[]).into_bytes();
    for at in 0..3000 {
        text.extend(format!("Phoenix,t-{at},1.00,USD,fare,x,2024-03-05 18:30:00\n").bytes());
    }
    text.extend(b"G\xf6teborg,t,1.00,SEK,fare,x,2024-03-05 18:30:00\n");
    let place = Place::new();
    let bundle = place.open("a.csv", &text).unwrap();
    let read = read(&bundle, &in_zone("Europe/Stockholm")).unwrap();
    assert_eq!(read.records().last().unwrap().extra["city"], json!("Göteborg"));
    assert_eq!(read.sums.accepted, 3001);
}

#[test]
fn a_workbook_has_texts_numbers_and_dates() {
    let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    let rows = [
        row(&[
            "Confirmation Code",
            "Start Date",
            "End Date",
            "Guest Name",
            "Status",
            "Payout Amount",
            "Currency",
            "Listing",
        ]),
        row(&[
            "HM1",
            "=date:45356",
            "=date:45358",
            "Ann & Bo",
            "accepted",
            "=number:12.340000000000002",
            "EUR",
            "=shared",
        ]),
        row(&["HM2", "2024-03-07", "2024-03-09", "", "cancelled"]),
        row(&["HM3", "=date:45356", "=date:45350", "", "x", "", "EUR"]),
    ];
    let bytes = workbook(&[("Read me", &[row(&["Read me"])]), ("Reservations", &rows)]);
    let place = Place::new();
    for (name, bytes) in [
        ("user_data.xlsx", bytes.clone()),
        ("data.zip", zip_of(&[("user_data.xlsx", &bytes)])),
    ] {
        let bundle = place.open(name, &bytes).unwrap();
        let paths: Vec<&str> = bundle.files().iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["user_data.xlsx#Read me", "user_data.xlsx#Reservations"]);
        let read = read(&bundle, &Choices::default()).unwrap();
        assert_eq!((read.sums.accepted, read.sums.all_aside()), (2, 1));
        let record = &read.records()[0];
        assert_eq!(record.start, Some(datetime!(2024-03-05 0:00 UTC)));
        assert_eq!(record.amount.unwrap().minor, 1234);
        assert_eq!(record.title.as_deref(), Some("shared & rich"));
        assert_eq!(record.extra["guest"], json!("Ann & Bo"));
        assert_eq!(record.path, "row 2");
    }
}

#[test]
fn json_in_lists_and_in_lines() {
    let item = json!({"City Name": "Phoenix", "Trip UUID": null, "Local Amount": 12.5, "Currency Code": "USD",
        "Classification": "fare", "Category": "x", "Local Timestamp": "2024-03-05 18:30:00"});
    let place = Place::new();
    for (what, text) in [
        ("list", json!([item, item]).to_string()),
        (
            "inside",
            json!({"about": {"version": 1}, "data": {"rows": [item, item]}, "more": [1, 2]}).to_string(),
        ),
        (
            "pretty",
            serde_json::to_string_pretty(&json!([item, item])).unwrap(),
        ),
        ("lines", format!("{item}\n\n{item}\n")),
        ("mark", format!("\u{feff}{}", json!([item, item]))),
    ] {
        let bundle = place.open(what, text.as_bytes()).unwrap();
        let read = read(&bundle, &in_zone("America/Phoenix")).unwrap();
        assert_eq!(read.sums.money[&"USD".parse().unwrap()].payments, 2500, "{what}");
        assert_eq!(
            read.rows.iter().map(|(number, _)| *number).collect::<Vec<_>>(),
            [1, 2],
            "{what}"
        );
    }
    let cut = json!([item, item]).to_string();
    let bundle = place.open("cut", &cut.as_bytes()[..cut.len() - 20]).unwrap();
    assert!(matches!(
        read(&bundle, &in_zone("America/Phoenix")),
        Err(TakeoutError::Files(BundleError::EndsInTheMiddle { rows: 1, .. }))
    ));
}

#[test]
fn the_clock_on_the_wall_is_read_by_its_zone() {
    let text = payments(&[
        "a,1,1.00,EUR,fare,x,2026-03-29 02:41:07",
        "a,2,1.00,EUR,fare,x,2026-10-25 02:30:00",
        "a,3,1.00,EUR,fare,x,2026-07-01 12:00:00",
    ]);
    let place = Place::new();
    let bundle = place.open("a.csv", text.as_bytes()).unwrap();
    let zoned = read(&bundle, &in_zone("Europe/Paris")).unwrap();
    let starts: Vec<_> = zoned
        .records()
        .iter()
        .map(|record| record.start.unwrap())
        .collect();
    assert_eq!(
        starts,
        [
            datetime!(2026-03-29 3:41:07 +2),
            datetime!(2026-10-25 2:30 +2),
            datetime!(2026-07-01 12:00 +2)
        ]
    );
    let clocks: Vec<_> = zoned
        .records()
        .iter()
        .map(|record| record.extra.get("clock").cloned())
        .collect();
    assert_eq!(
        clocks,
        [
            Some(json!("clock put forward")),
            Some(json!("clock put back")),
            None
        ]
    );
    // Without a zone the wall is kept, and it is said so; the keys are the same.
    let bare = read(&bundle, &Choices::default()).unwrap();
    assert_eq!(bare.records()[2].start, Some(datetime!(2026-07-01 12:00 UTC)));
    assert_eq!(bare.records()[2].extra["clock"], json!("zone not known"));
    assert_eq!(bare.keys(), zoned.keys());
    let wrong = read(&bundle, &in_zone("Mars/Olympus"));
    assert!(matches!(wrong, Err(TakeoutError::Importer(_))));
}

#[test]
fn a_local_column_beside_utc_gives_the_offset() {
    let text = "earner_state,begin_timestamp_utc,begin_timestamp_local,end_timestamp_utc,end_timestamp_local,duration_ms\n\
        ontrip,2026-03-29 00:30:00,2026-03-29 01:30:00,2026-03-29 01:30:00,2026-03-29 03:30:00,3600000\n\
        open,2026-03-29 00:30:00,2020-01-01 01:30:00,2026-03-29 01:30:00,\\N,1\n";
    let place = Place::new();
    let read = read(
        &place.open("a.csv", text.as_bytes()).unwrap(),
        &Choices::default(),
    )
    .unwrap();
    let records = read.records();
    assert_eq!(records[0].start.unwrap().offset().whole_hours(), 1);
    assert_eq!(records[0].end.unwrap().offset().whole_hours(), 2);
    assert_eq!(records[0].duration_s, Some(3600));
    // A clock that is years off gives none.
    assert_eq!(records[1].start, Some(datetime!(2026-03-29 0:30 UTC)));
}

#[test]
fn days_before_months_are_told_by_the_file() {
    let text = |dates: [&str; 3]| {
        let header =
            "Date,Type,Confirmation Code,Start date,Nights,Guest,Listing,Details,Currency,Amount,Paid out\n";
        dates.iter().fold(header.to_owned(), |text, date| {
            text + &format!("{date},Reservation,HM1,{date},2,Ann,Flat,x,EUR,10.00,\n")
        })
    };
    let place = Place::new();
    for (dates, first) in [
        (
            ["03/04/2024", "05/04/2024", "13/04/2024"],
            datetime!(2024-04-03 0:00 UTC),
        ),
        (
            ["03/04/2024", "05/04/2024", "04/13/2024"],
            datetime!(2024-03-04 0:00 UTC),
        ),
        (
            ["03/04/2024", "05/04/2024", "05/05/2024"],
            datetime!(2024-03-04 0:00 UTC),
        ),
    ] {
        let read = read(
            &place.open("a.csv", text(dates).as_bytes()).unwrap(),
            &Choices::default(),
        )
        .unwrap();
        assert_eq!(read.records()[0].start, Some(first), "{dates:?}");
        assert_eq!(read.sums.accepted, 3);
    }
    // A row that contradicts the others is set aside.
    let mixed = text(["13/04/2024", "14/04/2024", "04/15/2024"]);
    let read = read(
        &place.open("a.csv", mixed.as_bytes()).unwrap(),
        &Choices::default(),
    )
    .unwrap();
    assert_eq!(read.sums.aside[&AsideReason::BadDate], 1);
}

#[test]
fn what_speaks_of_others_can_be_left_out() {
    let text = "Sale Date,Order ID,Number of Items,Currency,Order Value,Order Total,Status,Order Net,Buyer,Full Name,Street 1,Ship City,Buyer Phone\n\
        03/15/24,77,1,USD,20.00,22.00,ok,19.00,ann77,Ann Other,1 Hidden Lane,Elsewhere,070-12\n\
        bad,78,1,USD,20.00,22.00,ok,19.00,bo78,Bo Else,2 Hidden Lane,Elsewhere,070-12\n";
    let place = Place::new();
    let bundle = place.open("EtsySoldOrders2024.csv", text.as_bytes()).unwrap();
    let recognised = recognise(&bundle);
    assert!(recognised.files[0].people);
    let with = read(&bundle, &Choices::default()).unwrap();
    let order = with
        .records()
        .into_iter()
        .find(|record| record.kind == RecordKind::Work)
        .unwrap();
    assert_eq!(order.extra["buyer_name"], json!("Ann Other"));
    for name in order.extra.keys().filter(|name| name.starts_with("buyer")) {
        assert!(vault_core::disclosure::is_about_others(name), "{name}");
    }
    let without = read(
        &bundle,
        &Choices {
            without_people: true,
            ..Choices::default()
        },
    )
    .unwrap();
    assert_eq!(with.keys(), without.keys(), "the same records");
    let all = format!(
        "{:?}",
        without
            .records()
            .iter()
            .map(|record| serde_json::to_string(record).unwrap())
            .collect::<Vec<_>>()
    );
    for secret in ["ann77", "Ann Other", "Hidden Lane", "Elsewhere", "bo78", "070-12"] {
        assert!(with.raw.contains(secret), "{secret}");
        assert!(!all.contains(secret) && !without.raw.contains(secret), "{secret}");
        for (_, row) in with.rows.iter().chain(&without.rows) {
            if let RowRead::Aside(_, text) = row {
                assert!(!text.contains(secret), "{secret}");
            }
        }
    }
    assert_eq!(with.sums.money, without.sums.money);
}

#[test]
fn reading_goes_on_where_it_was_broken_off() {
    let rows: String = (0..9000)
        .map(|at| format!("a,,{}.00,USD,tip,x,2024-03-05 18:30:00\n", at % 7))
        .collect();
    let place = Place::new();
    let bundle = place.open("a.csv", (payments(&[]) + &rows).as_bytes()).unwrap();
    let recognised = recognise(&bundle);
    let importer = takeout::importer("uber", &[]).unwrap();
    let run = |from: u64, most: usize| {
        let (mut rows, mut next, mut raw) = (Vec::new(), from, Vec::new());
        let mut batches = 0;
        let end = takeout::read(
            &bundle,
            &recognised.files[0],
            importer,
            from,
            &Choices::default(),
            &mut |batch| {
                rows.extend(batch.rows);
                raw.push(batch.raw);
                next = batch.next_row;
                batches += 1;
                if batches < most {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            },
        );
        (rows, next, raw, end.unwrap())
    };
    let (whole, _, raw, end) = run(0, usize::MAX);
    assert_eq!((whole.len(), end.rows), (9000, 9000));
    let (mut first, next, mut first_raw, _) = run(0, 2);
    assert!(first.len() < 9000);
    let (second, _, second_raw, end_again) = run(next, usize::MAX);
    first.extend(second);
    first_raw.extend(second_raw);
    assert!(first == whole && first_raw == raw && end_again == end);
}

#[test]
fn an_unknown_header_is_never_guessed_and_its_shape_holds_no_value() {
    let place = Place::new();
    let text = "Datum;Verdienst;Kunde\n2024-03-05;12,50;Ann Secret\n2024-03-06;13,50;\n";
    let bundle = place.open("a.csv", text.as_bytes()).unwrap();
    let recognised = recognise(&bundle);
    assert!(recognised.platform.is_empty() && !recognised.sure && recognised.files.is_empty());
    assert_eq!(recognised.unknown[0].columns, ["Datum", "Verdienst", "Kunde"]);
    let shape = takeout::shape(&bundle, 0).unwrap();
    let words = serde_json::to_string(&shape).unwrap();
    assert_eq!((shape.rows, shape.form), (2, "semicolon-separated"));
    assert_eq!(
        (
            shape.columns[0].dates,
            shape.columns[1].numbers,
            shape.columns[2].texts
        ),
        (2, 2, 1)
    );
    for value in ["Secret", "12,50", "2024"] {
        assert!(!words.contains(value), "{words}");
    }
    // Without a header, what would be names are values, and are not shown.
    let bundle = place
        .open(
            "b.csv",
            b"ann@example.org,070-123 45 67,2024-03-05\nbo@example.org,070-1,2024-03-06\n",
        )
        .unwrap();
    assert_eq!(
        recognise(&bundle).unknown[0].columns,
        ["column 1", "column 2", "column 3"]
    );
    // What is nearly known says so.
    let renamed = HEADER.replace("Trip UUID", "Trip Identifier");
    let bundle = place
        .open("c.csv", format!("{renamed}\n1,2,3,4,5,6,7\n").as_bytes())
        .unwrap();
    assert_eq!(
        recognise(&bundle).unknown[0].nearest.as_deref(),
        Some("Uber: driver, US payments")
    );
    // A further column is known to be unknown.
    let more = payments(&["a,1,1.00,USD,fare,x,2024-03-05 18:30:00,?"]).replacen(
        "Local Timestamp",
        "Local Timestamp,Mood",
        1,
    );
    let recognised = recognise(&place.open("d.csv", more.as_bytes()).unwrap());
    assert_eq!(
        (recognised.sure, recognised.files[0].unknown_columns.as_slice()),
        (false, &["Mood".to_owned()][..])
    );
}

#[test]
fn a_mapping_reads_any_table_and_goes_on_as_an_importer() {
    let text = "Datum;Verdienst;Kunde;Zone\n05.03.2024 18:30;1.012,50;Ann Secret;Mitte\n06.03.2024;13,5;;Mitte\nx;1;;\n";
    let place = Place::new();
    let bundle = place.open("a.csv", text.as_bytes()).unwrap();
    let look = takeout::look(&bundle, 0, 2).unwrap();
    assert_eq!(
        (look.delimiter.as_str(), look.columns[0].guess),
        (";", Some("start"))
    );
    assert_eq!(look.columns[1].samples, ["1.012,50", "13,5"]);
    // Without a name that says so, the days in it do.
    let unnamed = place
        .open("b.csv", text.replace("Datum", "Tag").as_bytes())
        .unwrap();
    let guessed: Vec<_> = takeout::look(&unnamed, 0, 2)
        .unwrap()
        .columns
        .iter()
        .map(|column| column.guess)
        .collect();
    assert_eq!(guessed, [Some("start"), None, None, None]);
    let mapping = Mapping {
        name: "My sheet".into(),
        platform: "glovo".into(),
        kind: "payment".into(),
        columns: [("Datum", "start"), ("Verdienst", "amount"), ("Zone", "extra")]
            .map(|(column, member)| MappedColumn {
                column: column.into(),
                member: member.into(),
            })
            .to_vec(),
        date_format: "31.12.2024 18:30".into(),
        time_zone: "Europe/Berlin".into(),
        decimal: ",".into(),
        currency: "EUR".into(),
        currency_column: None,
        person: vec!["Kunde".into()],
        header: None,
    };
    let file = mapping.to_toml().unwrap();
    assert!(!file.contains("Secret") && !file.contains("Mitte"));
    let own = [Importer::read(&file).unwrap()];
    let recognised = takeout::recognise(&bundle, &own, None).unwrap();
    assert_eq!(
        (recognised.platform.as_str(), recognised.importer.as_str()),
        ("glovo", "own-my-sheet")
    );
    let mut rows = Vec::new();
    let importer = takeout::importer(&recognised.importer, &own).unwrap();
    takeout::read(
        &bundle,
        &recognised.files[0],
        importer,
        0,
        &Choices::default(),
        &mut |batch| {
            rows.extend(batch.rows);
            ControlFlow::Continue(())
        },
    )
    .unwrap();
    let amounts: Vec<_> = rows
        .iter()
        .map(|(_, row)| match row {
            RowRead::Record(record) => Ok(record.amount.unwrap().minor),
            RowRead::Aside(reason, _) => Err(*reason),
            RowRead::Records(_) | RowRead::Contained => panic!(),
        })
        .collect();
    assert_eq!(amounts, [Ok(101_250), Ok(1350), Err(AsideReason::BadDate)]);
}

#[test]
fn words_before_the_header_are_passed_over() {
    let text = "Notes:\n\"This file holds what LinkedIn knows of your connections.\"\n\n\
        First Name,Last Name,URL,Email Address,Company,Position,Connected On\nAnn,Other,x,,y,z,06 Jan 2021\n";
    let place = Place::new();
    let recognised = recognise(&place.open("Connections.csv", text.as_bytes()).unwrap());
    assert_eq!(recognised.importer, "linkedin");
    assert_eq!(recognised.files[0].left_out, Some(takeout::LeftOut::NotWork));
    let text =
        "Payments\nFrom,1 March\n".to_owned() + &payments(&["a,1,1.00,USD,fare,x,2024-03-05 18:30:00"]);
    let bundle = place.open("a.csv", text.as_bytes()).unwrap();
    let read = read(&bundle, &Choices::default()).unwrap();
    assert_eq!(read.rows[0].0, 4, "as a person counts");
    assert_eq!(read.sums.rows, 1);
}

#[test]
fn the_counter_of_the_platform_is_told() {
    let text = "city_name,flow_type,request_timestamp_utc,dropoff_timestamp_utc,status,trip_distance_miles,driver_trip_number\n\
        a,b,2024-03-05 18:30:00,2024-03-05 18:50:00,completed,1.5,12\n\
        a,b,2024-03-06 18:30:00,2024-03-06 18:50:00,completed,2.5,2898\n";
    let place = Place::new();
    let read = read(
        &place.open("a.csv", text.as_bytes()).unwrap(),
        &Choices::default(),
    )
    .unwrap();
    assert_eq!((read.ends[0].counter, read.ends[0].rows), (Some(2898), 2));
    assert_eq!(read.records()[0].distance_m, Some(2414));
    assert_eq!(read.ends[0].as_of, Some(datetime!(2024-03-06 18:50 UTC)));
}

#[test]
fn rows_and_cells_without_end_are_refused() {
    let place = Place::new();
    let long = "x".repeat(usize::try_from(LONGEST_ROW).unwrap() * 2);
    for (what, text) in [
        (
            "cell",
            payments(&[&format!("\"{long}\",1,1.00,USD,fare,x,2024-03-05 18:30:00")]),
        ),
        ("columns", format!("{HEADER}{}\n", ",a".repeat(3000))),
        (
            "json",
            format!(
                "[{{\"a\":\"1\"}},{{{}}}]",
                (0..3000)
                    .map(|at| format!("\"m{at}\":1"))
                    .collect::<Vec<_>>()
                    .join(",")
            ),
        ),
    ] {
        let opened = place.open(what, text.as_bytes()).map_err(TakeoutError::from);
        let read = opened.and_then(|bundle| {
            takeout::recognise(&bundle, &[], None)?;
            read(&bundle, &Choices::default()).map(drop)
        });
        assert!(
            matches!(read, Err(TakeoutError::Files(BundleError::TooWide(_)))),
            "{what}: {read:?}"
        );
    }
    // Entities that grow are not followed.
    let mut book = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in [
        ("[Content_Types].xml", "<Types/>"),
        (
            "xl/workbook.xml",
            "<workbook><sheets><sheet name=\"a\" sheetId=\"1\"/></sheets></workbook>",
        ),
        (
            "xl/worksheets/sheet1.xml",
            "<!DOCTYPE a [<!ENTITY x \"xxxxxxxx\"><!ENTITY y \"&x;&x;&x;&x;\">]><worksheet><sheetData>\
             <row r=\"1\"><c t=\"inlineStr\"><is><t>&y;&y;</t></is></c></row></sheetData></worksheet>",
        ),
    ] {
        book.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        book.write_all(text.as_bytes()).unwrap();
    }
    let bundle = place
        .open("a.xlsx", &book.finish().unwrap().into_inner())
        .unwrap();
    assert!(matches!(
        takeout::recognise(&bundle, &[], None),
        Err(TakeoutError::Files(BundleError::Broken(_)))
    ));
}

#[test]
fn the_currency_beside_a_number_counts_before_what_is_usual() {
    let header = "Sales Record Number,Order Number,Buyer Username,Buyer Name,Item Number,Item Title,Quantity,Sold For,Total Price,Sale Date,Transaction ID\n";
    let text = ["$1.50", "US $1.50", "AU $2.50", "£3.50", "4.50 SEK", "5.50"]
        .iter()
        .enumerate()
        .fold(header.to_owned(), |text, (at, price)| {
            text + &format!("{at},o{at},a,b,i{at},Lamp,1,{price},x,Mar-05-24,t{at}\n")
        });
    let place = Place::new();
    let read = read(
        &place.open("a.csv", text.as_bytes()).unwrap(),
        &Choices::default(),
    )
    .unwrap();
    let money: Vec<String> = read
        .records()
        .iter()
        .map(|record| {
            record
                .amount
                .map(|amount| format!("{} {}", amount.decimal(), amount.currency))
                .unwrap()
        })
        .collect();
    assert_eq!(
        money,
        [
            "1.50 USD", "1.50 USD", "2.50 AUD", "3.50 GBP", "4.50 SEK", "5.50 USD"
        ]
    );
}

#[test]
fn an_end_by_the_clock_on_the_wall_has_the_offset_of_its_start() {
    let text = "courier_accept_timestamp_utc,courier_accept_timestamp_local,courier_dropoff_timestamp_local,delivery_status\n\
        2024-07-05 16:30:00,2024-07-05 18:30:00,2024-07-05 18:55:00,delivered\n";
    let place = Place::new();
    let read = read(
        &place.open("a.csv", text.as_bytes()).unwrap(),
        &Choices::default(),
    )
    .unwrap();
    let record = &read.records()[0];
    assert_eq!(record.end, Some(datetime!(2024-07-05 18:55 +2)));
    assert_eq!(
        record.end.unwrap() - record.start.unwrap(),
        time::Duration::minutes(25)
    );
    assert!(!record.extra.contains_key("clock"));
}

#[test]
fn one_file_says_the_zone_of_the_others() {
    let trips = |zones: [&str; 2]| {
        let header = "city_id,currency_code,timezone,request_timestamp_utc,dropoff_timestamp_utc,status,trip_distance_miles,trip_duration_seconds,driver_trip_number\n";
        zones.iter().fold(header.to_owned(), |text, zone| {
            text + &format!("1,EUR,{zone},2024-07-05 18:30:00,2024-07-05 18:50:00,completed,1.5,60,12\n")
        })
    };
    let payments = payments(&["a,1,1.00,EUR,fare,x,2024-07-05 20:50:00"]);
    let place = Place::new();
    for (zones, expected) in [
        (["Europe/Paris", "Europe/Paris"], Some("Europe/Paris")),
        (["Europe/Paris", "\\N"], Some("Europe/Paris")),
        (["Europe/Paris", "Europe/Lisbon"], None),
        (["\\N", "Middle-earth"], None),
    ] {
        let bytes = zip_of(&[
            ("trips.csv", trips(zones).as_bytes()),
            ("payments.csv", payments.as_bytes()),
        ]);
        let bundle = place.open("data.zip", &bytes).unwrap();
        let recognised = recognise(&bundle);
        assert_eq!(
            takeout::zone(&bundle, &recognised, &[]).unwrap().as_deref(),
            expected,
            "{zones:?}"
        );
        if zones[0] == zones[1] {
            let read = read(&bundle, &in_zone("Europe/Paris")).unwrap();
            for record in read.records() {
                assert_eq!(
                    record.start.unwrap().offset().whole_hours(),
                    2,
                    "{:?}",
                    record.kind
                );
            }
        }
    }
}
