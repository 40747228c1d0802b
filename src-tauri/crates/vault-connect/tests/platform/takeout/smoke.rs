//! The plainest way through.

use std::{fs, ops::ControlFlow};

use vault_connect::takeout::{self, Choices, RowRead, Sums};

#[test]
fn a_csv_file_is_recognised_and_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("some name.csv");
    let text = "City Name,Trip UUID,Local Amount,Currency Code,Classification,Category,Local Timestamp\n\
        Phoenix,aa-1,12.50,USD,fare,driver_payment_fares,2024-03-05 18:30:00\n\
        Phoenix,aa-1,2.00,USD,tip,driver_payment_fares,2024-03-05 21:30:00\n\
        Phoenix,aa-1,2.00,USD,tip,driver_payment_fares,2024-03-05 21:30:00\n\
        Phoenix,aa-2,x,USD,fare,driver_payment_fares,2024-03-05 22:30:00\n\
        Phoenix,\\N,-14.50,USD,weekly.payout,payout,2024-03-11 04:00:00\n";
    fs::write(&path, text).unwrap();
    let bundle = takeout::open(&[path], None).unwrap();
    let recognised = takeout::recognise(&bundle, &[], None).unwrap();
    assert_eq!((recognised.platform.as_str(), recognised.sure), ("uber", true));
    let importer = takeout::importer(&recognised.importer, &[]).unwrap();
    let choices = Choices {
        time_zone: Some("America/Phoenix".into()),
        ..Choices::default()
    };
    let mut sums = Sums::default();
    let mut keys = Vec::new();
    let end = takeout::read(
        &bundle,
        &recognised.files[0],
        importer,
        0,
        &choices,
        &mut |batch| {
            assert_eq!((batch.first_row, batch.next_row), (2, 7));
            for (_, row) in &batch.rows {
                sums.add(row);
                if let RowRead::Record(record) = row {
                    keys.push(record.source_key.clone());
                }
            }
            ControlFlow::Continue(())
        },
    )
    .unwrap();
    assert_eq!((end.rows, sums.accepted, sums.all_aside()), (5, 4, 1));
    let money = sums.money[&"USD".parse().unwrap()];
    assert_eq!((money.payments, money.payouts), (1650, -1450));
    assert!(
        keys[1].ends_with("#1") && keys[2].ends_with("#2"),
        "two equal tips are two"
    );
    assert_eq!(end.as_of.unwrap().to_string(), "2024-03-11 4:00:00.0 -07:00:00");
}
