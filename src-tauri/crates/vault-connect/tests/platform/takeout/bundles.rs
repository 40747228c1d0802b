//! Files that are whole, and files that are made to do harm.

use std::{fs, io::Write as _};

use bundle::BundleError;
use secrecy::SecretString;
use vault_connect::takeout::{self, Choices, LeftOut, TakeoutError};
use zip::{
    AesMode, CompressionMethod, ZipWriter, unstable::write::FileOptionsExt as _, write::SimpleFileOptions,
};

use super::kit::{Place, gzip, read, recognise, tarball_of, zip_of};

const PAYMENTS: &str = "City Name,Trip UUID,Local Amount,Currency Code,Classification,Category,Local Timestamp\n\
    Phoenix,aa-1,12.50,USD,fare,driver_payment_fares,2024-03-05 18:30:00\n\
    Phoenix,aa-1,2.00,USD,tip,driver_payment_fares,2024-03-05 21:30:00\n";
const RATINGS: &str = "five_star_rating\n5\n4\n";

fn refused(name: &str, bytes: &[u8]) -> BundleError {
    Place::new().open(name, bytes).unwrap_err()
}

#[test]
fn the_same_files_are_read_from_wherever_they_lie() {
    let files: &[(&str, &[u8])] = &[
        ("Uber Data/Driver/payments.csv", PAYMENTS.as_bytes()),
        ("Uber Data/Driver/ratings.csv", RATINGS.as_bytes()),
        ("__MACOSX/Uber Data/._payments.csv", b"\0\x05\x16\x07"),
    ];
    let inner = zip_of(files);
    let place = Place::new();
    for (path, bytes) in files {
        place.file(&format!("folder/{path}"), bytes);
    }
    place.file("data.zip", &inner);
    place.file("data.tar.gz", &tarball_of(files));
    place.file("outer.zip", &zip_of(&[("part-1/inner.zip", &inner)]));
    place.file("outer.tar.gz", &tarball_of(&[("inner.zip", &inner)]));
    place.file("doubly.zip", &zip_of(&[("a.zip", &zip_of(&[("b.zip", &inner)]))]));
    let mut keys = Vec::new();
    for name in [
        "folder",
        "data.zip",
        "data.tar.gz",
        "outer.zip",
        "outer.tar.gz",
        "doubly.zip",
    ] {
        let bundle = takeout::open(&[place.path().join(name)], None).unwrap();
        assert_eq!(bundle.name(), name);
        assert_eq!(bundle.files().len(), 2, "{name}");
        let read = read(&bundle, &Choices::default()).unwrap();
        assert_eq!((read.sums.rows, read.sums.accepted), (4, 4), "{name}");
        keys.push(read.keys());
    }
    assert!(keys.windows(2).all(|pair| pair[0] == pair[1]));
    // A file in gzip that is no tarball.
    let bundle = place.open("payments.csv.gz", &gzip(PAYMENTS.as_bytes())).unwrap();
    assert_eq!(read(&bundle, &Choices::default()).unwrap().sums.accepted, 2);
    // Several files at once.
    let both = [
        place.file("1.csv", PAYMENTS.as_bytes()),
        place.file("2.csv", RATINGS.as_bytes()),
    ];
    assert_eq!(takeout::open(&both, None).unwrap().files().len(), 2);
}

#[test]
fn a_bundle_is_known_by_what_is_in_it() {
    let place = Place::new();
    let one = place
        .open("one.zip", &zip_of(&[("a.csv", PAYMENTS.as_bytes())]))
        .unwrap();
    let again = place
        .open("again.zip", &zip_of(&[("a.csv", PAYMENTS.as_bytes())]))
        .unwrap();
    let other = place
        .open("other.zip", &zip_of(&[("a.csv", RATINGS.as_bytes())]))
        .unwrap();
    assert_eq!(one.digest(), again.digest());
    assert_ne!(one.digest(), other.digest());
    let file = place.open("a.csv", PAYMENTS.as_bytes()).unwrap();
    assert_eq!(one.digest(), file.digest(), "wherever it lies");
    let renamed = place.open("a (1).csv", PAYMENTS.as_bytes()).unwrap();
    assert_eq!(file.digest(), renamed.digest(), "under any name");
    let two = |first: &str, second: &str| {
        let files = [(first, PAYMENTS.as_bytes()), (second, RATINGS.as_bytes())];
        place.open("two.zip", &zip_of(&files)).unwrap().digest()
    };
    assert_ne!(two("a.csv", "b.csv"), two("b.csv", "a.csv"));
    // What is no longer there, or another, is said to be so.
    let recognised = recognise(&file);
    place.file("a.csv", RATINGS.as_bytes());
    let importer = takeout::importer("uber", &[]).unwrap();
    let read = takeout::read(
        &file,
        &recognised.files[0],
        importer,
        0,
        &Choices::default(),
        &mut |_| std::ops::ControlFlow::Continue(()),
    );
    assert!(
        matches!(read, Err(TakeoutError::Files(BundleError::Changed))),
        "{read:?}"
    );
}

#[test]
fn pictures_and_empty_files_are_left_out() {
    let place = Place::new();
    let bundle = place
        .open(
            "data.zip",
            &zip_of(&[
                ("payments.csv", PAYMENTS.as_bytes()),
                ("images/passport.csv", b"\x89PNG\r\n\x1a\n...."),
                ("empty.csv", b""),
                ("badges.csv", b"five_star_rating\n"),
                ("bytes.bin", b"\x01\x02\x03\x04"),
                (
                    "read.me",
                    b"This is what we hold of you.\n\nAsk us if something is missing.\n",
                ),
                ("gps.csv", b"lat,lng,gps_time_ms,speed,altitude\n1,2,3,4,5\n"),
            ]),
        )
        .unwrap();
    let recognised = recognise(&bundle);
    let left: Vec<_> = recognised
        .files
        .iter()
        .map(|file| (file.path.as_str(), file.left_out))
        .collect();
    assert_eq!(
        left,
        [
            ("badges.csv", Some(LeftOut::Nothing)),
            ("bytes.bin", Some(LeftOut::NoTable)),
            ("empty.csv", Some(LeftOut::Nothing)),
            ("gps.csv", Some(LeftOut::GpsTrail)),
            ("images/passport.csv", Some(LeftOut::Photos)),
            ("payments.csv", None),
            ("read.me", Some(LeftOut::NoTable)),
        ]
    );
}

#[test]
fn a_file_of_another_platform_is_named_and_not_offered_for_mapping() {
    let tasks = "Task creation time ,Task completion time,Is pickup task,Completed with vehicle type,Arrived at,Started at,\
                 Arrival time,Departed at\n2023-05-01 10:00:00,2023-05-01 10:20:00,true,bicycle,,2023-05-01 10:01:00,,\n";
    let place = Place::new();
    let bundle = place
        .open(
            "both.zip",
            &zip_of(&[
                ("payments.csv", PAYMENTS.as_bytes()),
                ("tasks.csv", tasks.as_bytes()),
                ("nobody.csv", b"Apples,Pears\n1,2\n"),
            ]),
        )
        .unwrap();
    let recognised = recognise(&bundle);
    assert_eq!(recognised.platform, "uber");
    let left = recognised
        .files
        .iter()
        .find(|file| file.path == "tasks.csv")
        .unwrap();
    assert_eq!(
        (left.left_out, &left.layout),
        (Some(LeftOut::OtherPlatform), &None)
    );
    assert_eq!(left.what, "Wolt: Tasks");
    let unknown: Vec<&str> = recognised.unknown.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(unknown, ["nobody.csv"]);
}

#[test]
fn an_encrypted_zip_asks_for_its_password() {
    for old in [false, true] {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        let options = if old {
            options.with_deprecated_encryption(b"secret").unwrap()
        } else {
            options.with_aes_encryption(AesMode::Aes256, "secret")
        };
        let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
        writer.start_file("payments.csv", options).unwrap();
        writer.write_all(PAYMENTS.as_bytes()).unwrap();
        let bytes = writer.finish().unwrap().into_inner();
        let place = Place::new();
        let path = place.file("data.zip", &bytes);
        let open = |password: Option<&str>| {
            let password = password.map(SecretString::from);
            takeout::open(std::slice::from_ref(&path), password.as_ref())
        };
        assert_eq!(open(None).unwrap_err(), BundleError::NeedsPassword);
        for wrong in 0..600 {
            assert_eq!(
                open(Some(&format!("wrong {wrong}"))).unwrap_err(),
                BundleError::WrongPassword
            );
            if !old {
                break;
            }
        }
        let bundle = open(Some("secret")).unwrap();
        assert_eq!(read(&bundle, &Choices::default()).unwrap().sums.accepted, 2);
        assert!(!format!("{bundle:?}").contains("secret"));
    }
}

#[test]
fn paths_that_climb_are_refused() {
    for path in [
        "../up.csv",
        "a/../../up.csv",
        "/etc/passwd",
        "\\\\host\\a.csv",
        "C:\\a.csv",
        "..\\up.csv",
    ] {
        let error = refused("data.zip", &zip_of(&[(path, RATINGS.as_bytes())]));
        assert!(matches!(error, BundleError::Climbs(_)), "{path}: {error}");
        assert_eq!(TakeoutError::from(error).code(), "IMP-225");
    }
    // The same in a tarball, whose writer would refuse it: the name is written over.
    let safe = tarball_of(&[("xx/up.csv", RATINGS.as_bytes())]);
    let mut plain = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(safe.as_slice()), &mut plain).unwrap();
    plain[..2].copy_from_slice(b"..");
    let sum: u32 = plain[..512]
        .iter()
        .enumerate()
        .map(|(at, byte)| {
            if (148..156).contains(&at) {
                32
            } else {
                u32::from(*byte)
            }
        })
        .sum();
    plain[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    assert!(matches!(refused("data.tar", &plain), BundleError::Climbs(_)));
    assert!(matches!(
        refused("data.tar.gz", &gzip(&plain)),
        BundleError::Climbs(_)
    ));
    let long = format!("{}.csv", "a".repeat(600));
    assert!(matches!(
        refused("data.zip", &zip_of(&[(&long, b"x")])),
        BundleError::LongName(_)
    ));
}

#[test]
fn two_files_of_one_name_are_refused() {
    let mut bytes = zip_of(&[("one.csv", RATINGS.as_bytes()), ("two.csv", PAYMENTS.as_bytes())]);
    for at in 0..bytes.len() - 7 {
        if &bytes[at..at + 7] == b"two.csv" {
            bytes[at..at + 7].copy_from_slice(b"one.csv");
        }
    }
    assert!(matches!(refused("data.zip", &bytes), BundleError::Twice(_)));
    let same: &[(&str, &[u8])] = &[("a/b.csv", b"1"), ("a/./b.csv", b"2")];
    assert!(matches!(
        refused("data.zip", &zip_of(same)),
        BundleError::Twice(_)
    ));
    let same: &[(&str, &[u8])] = &[("a.csv", b"1"), ("a.csv", b"2")];
    assert!(matches!(
        refused("data.tar.gz", &tarball_of(same)),
        BundleError::Twice(_)
    ));
}

#[test]
fn links_are_refused() {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer
        .add_symlink("link.csv", "/etc/passwd", SimpleFileOptions::default())
        .unwrap();
    let bytes = writer.finish().unwrap().into_inner();
    assert!(matches!(refused("data.zip", &bytes), BundleError::Link(_)));
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    builder
        .append_link(&mut header, "link.csv", "/etc/passwd")
        .unwrap();
    assert!(matches!(
        refused("data.tar", &builder.into_inner().unwrap()),
        BundleError::Link(_)
    ));
    #[cfg(unix)]
    {
        let place = Place::new();
        place.file("folder/a.csv", b"a\n");
        std::os::unix::fs::symlink("/etc/passwd", place.path().join("folder/b.csv")).unwrap();
        let error = takeout::open(&[place.path().join("folder")], None).unwrap_err();
        assert!(matches!(error, BundleError::Link(_)));
        // One that the person chose is followed.
        std::os::unix::fs::symlink(
            place.file("real.csv", RATINGS.as_bytes()),
            place.path().join("chosen.csv"),
        )
        .unwrap();
        assert_eq!(
            takeout::open(&[place.path().join("chosen.csv")], None)
                .unwrap()
                .files()
                .len(),
            1
        );
    }
}

#[test]
fn bombs_are_not_unpacked() {
    let zeros = vec![b'0'; 20 * 1024 * 1024];
    let bomb = zip_of(&[("zeros.csv", &zeros)]);
    assert!(bomb.len() < 100_000);
    assert!(matches!(refused("data.zip", &bomb), BundleError::Bomb(_)));
    assert!(matches!(
        refused("data.csv.gz", &gzip(&zeros)),
        BundleError::Bomb(_)
    ));
    assert!(matches!(
        refused("data.tar.gz", &tarball_of(&[("zeros.csv", &zeros)])),
        BundleError::Bomb(_)
    ));
    assert!(matches!(
        refused("outer.zip", &zip_of(&[("a.zip", &bomb)])),
        BundleError::Bomb(_)
    ));
    // A workbook is a zip file, too.
    let book = zip_of(&[
        ("[Content_Types].xml", b"<Types/>"),
        (
            "xl/workbook.xml",
            br#"<workbook><sheets><sheet name="a" sheetId="1"/></sheets></workbook>"#,
        ),
        ("xl/worksheets/sheet1.xml", &zeros),
    ]);
    assert!(matches!(refused("data.xlsx", &book), BundleError::Bomb(_)));
    // Archives in archives without end.
    let mut nested = zip_of(&[("a.csv", RATINGS.as_bytes())]);
    for _ in 0..4 {
        nested = zip_of(&[("a.zip", &nested)]);
    }
    assert!(matches!(refused("data.zip", &nested), BundleError::TooDeep(_)));
    // Many files, each of them small.
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for at in 0..=bundle::MOST_ENTRIES {
        writer.start_file(format!("{at}.csv"), stored).unwrap();
    }
    let bytes = writer.finish().unwrap().into_inner();
    assert_eq!(refused("data.zip", &bytes), BundleError::TooMany);
}

#[test]
fn a_file_that_lies_about_its_size_is_refused() {
    let whole = zip_of(&[("payments.csv", PAYMENTS.as_bytes())]);
    let place = Place::new();
    for add in [1_u8, 200] {
        let mut lying = whole.clone();
        for (mark, offset) in [(b"PK\x01\x02", 24), (b"PK\x03\x04", 22)] {
            let entry = lying.windows(4).position(|four| four == mark).unwrap();
            lying[entry + offset] = lying[entry + offset].wrapping_sub(add);
        }
        let opened = place.open("data.zip", &lying).map_err(TakeoutError::from);
        let read = opened.and_then(|bundle| {
            recognise(&bundle);
            read(&bundle, &Choices::default()).map(drop)
        });
        assert!(read.is_err(), "{add}");
    }
}

#[test]
fn what_ends_in_the_middle_is_said_and_what_came_before_is_read() {
    let rows: String = (0..5000)
        .map(|at| format!("Phoenix,t-{at},1.00,USD,fare,x,2024-03-05 18:30:00\n"))
        .collect();
    let text = PAYMENTS.to_owned() + &rows;
    let place = Place::new();
    // A quote that is never closed.
    let cut = format!("{text}Phoenix,t-x,1.00,USD,\"fare, and then");
    let bundle = place.open("cut.csv", cut.as_bytes()).unwrap();
    let recognised = recognise(&bundle);
    let mut count = 0;
    let importer = takeout::importer("uber", &[]).unwrap();
    let read = takeout::read(
        &bundle,
        &recognised.files[0],
        importer,
        0,
        &Choices::default(),
        &mut |batch| {
            count += batch.rows.len();
            std::ops::ControlFlow::Continue(())
        },
    );
    assert!(
        matches!(
            read,
            Err(TakeoutError::Files(BundleError::EndsInTheMiddle {
                rows: 5002,
                ..
            }))
        ),
        "{read:?}"
    );
    assert_eq!(count, 5002);
    // Archives that are cut anywhere.
    for bytes in [
        zip_of(&[("a.csv", text.as_bytes())]),
        tarball_of(&[("a.csv", text.as_bytes())]),
    ] {
        for part in [3, 2] {
            let error = refused("cut", &bytes[..bytes.len() * (part - 1) / part]);
            assert!(matches!(error, BundleError::EndsInTheMiddle { .. }), "{error}");
        }
    }
    let file: Vec<u8> = text.bytes().collect();
    let error = refused("cut.csv.gz", &gzip(&file)[..200]);
    assert!(matches!(error, BundleError::EndsInTheMiddle { .. }), "{error}");
}

#[test]
fn what_is_not_there_or_empty_is_said() {
    let place = Place::new();
    assert_eq!(
        takeout::open(&[place.path().join("gone")], None).unwrap_err(),
        BundleError::NotReadable
    );
    fs::create_dir(place.path().join("empty")).unwrap();
    assert_eq!(
        takeout::open(&[place.path().join("empty")], None).unwrap_err(),
        BundleError::Empty
    );
    assert_eq!(takeout::open(&[], None).unwrap_err(), BundleError::Empty);
    let bundle = place.open("a.csv", RATINGS.as_bytes()).unwrap();
    assert_eq!(
        takeout::recognise(&bundle, &[], Some("nobody")).unwrap_err(),
        TakeoutError::NoImporter
    );
}
