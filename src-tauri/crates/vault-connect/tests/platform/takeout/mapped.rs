//! What a person says of one file counts for that file, and for others with its header.

use std::collections::BTreeMap;

use vault_connect::takeout::{
    self, MappedColumn, Mapping, TakeoutError,
    job::{ImportError, Question},
};
use vault_store::records::RecordFilter;

use super::{
    kit::{Place, zip_of},
    vault::{Vault, payments},
};

const HOURS: &str = "Datum,Lohn,Filiale\n05.03.2024 18:30,12.50,Mitte\n06.03.2024 18:30,13.50,Nord\n";

fn hours(platform: &str) -> Mapping {
    Mapping {
        name: "Hours".into(),
        platform: platform.into(),
        kind: "payment".into(),
        columns: [("Datum", "start"), ("Lohn", "amount")]
            .map(|(column, member)| MappedColumn {
                column: column.into(),
                member: member.into(),
            })
            .to_vec(),
        date_format: "31.12.2024 18:30".into(),
        time_zone: "Europe/Berlin".into(),
        decimal: ".".into(),
        currency: "EUR".into(),
        currency_column: None,
        person: Vec::new(),
        header: None,
    }
}

/// A takeout with a file that Satchel knows, two with one header, and two more that have the same columns beside others.
fn takeout_of(place: &Place) -> std::path::PathBuf {
    let known = payments(0, 3);
    let later = HOURS.replace(".03.", ".04.");
    let tips = HOURS.replace("Filiale", "Trinkgeld");
    let wider = HOURS
        .replace("Filiale", "Filiale,Art")
        .replace("Mitte", "Mitte,x")
        .replace("Nord", "Nord,y");
    let files = [
        ("a.csv", HOURS.as_bytes()),
        ("b.csv", later.as_bytes()),
        ("c.csv", tips.as_bytes()),
        ("d.csv", wider.as_bytes()),
        ("pay.csv", known.as_bytes()),
    ];
    place.file("takeout.zip", &zip_of(&files))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mapping_counts_for_its_file_and_for_those_with_its_header() {
    let (vault, place) = (Vault::new().await, Place::new());
    let path = takeout_of(&place);
    let bundle = takeout::open(std::slice::from_ref(&path), None).unwrap();
    let at = |name: &str| bundle.files().iter().position(|file| file.path == name).unwrap();
    let before = vault.look(path.clone()).await.unwrap();
    assert_eq!((before.sums().read, before.findings().unknown.len()), (3, 4));

    let mapping = hours(&before.platform)
        .of_table(&takeout::look(&bundle, at("a.csv"), 0).unwrap())
        .unwrap();
    let question = Question {
        places: vec![path.clone()],
        chosen: Some(mapping.platform.clone()),
        mappings: BTreeMap::from([(at("a.csv"), mapping)]),
        ..Question::default()
    };
    let check = vault.ask(question).await.unwrap();
    assert_eq!(
        check.platform_name, before.platform_name,
        "the platform keeps its name"
    );
    let read: Vec<(&str, u64)> = check
        .files
        .iter()
        .map(|one| (one.file.path.as_str(), one.sums.read))
        .collect();
    assert_eq!(read, [("a.csv", 2), ("b.csv", 2), ("pay.csv", 3)]);
    let unknown = check.findings().unknown;
    let unknown: Vec<&str> = unknown.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(unknown, ["c.csv", "d.csv"], "other headers are other tables");

    let sums = vault.bring(&check).await;
    assert_eq!((sums.read, sums.new, sums.aside), (7, 7, 0));
    let filter = RecordFilter {
        platform: Some(before.platform),
        ..RecordFilter::default()
    };
    let page = vault.space.record_totals(filter).await.unwrap();
    assert_eq!(page.count, 7, "all of them belong to the platform");
    // It is remembered, and a later file with this header needs no word.
    let alone = place.file("later.csv", HOURS.replace(".03.", ".05.").as_bytes());
    assert_eq!(vault.look(alone).await.unwrap().sums().new, 2);
    let other = place.file("other.csv", HOURS.replace("Filiale", "Trinkgeld").as_bytes());
    assert_eq!(vault.look(other).await.unwrap().findings().unknown.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_files_of_one_import_are_mapped_each_by_its_own_word() {
    let (vault, place) = (Vault::new().await, Place::new());
    let path = takeout_of(&place);
    let bundle = takeout::open(std::slice::from_ref(&path), None).unwrap();
    let look = |at| takeout::look(&bundle, at, 0).unwrap();
    let mut tips = hours("uber");
    tips.name = "Tips".into();
    tips.columns[1].column = "Trinkgeld".into();
    let tips_at = bundle
        .files()
        .iter()
        .position(|file| file.path == "c.csv")
        .unwrap();
    assert!(
        hours("uber").of_table(&look(tips_at)).is_ok() && tips.clone().of_table(&look(0)).is_err(),
        "a mapping names only columns that are there"
    );
    let question = Question {
        places: vec![path],
        chosen: Some("uber".into()),
        mappings: BTreeMap::from([
            (0, hours("uber").of_table(&look(0)).unwrap()),
            (tips_at, tips.of_table(&look(tips_at)).unwrap()),
        ]),
        ..Question::default()
    };
    let check = vault.ask(question).await.unwrap();
    let taken = check.files.iter().filter(|one| one.taken).count();
    assert_eq!((taken, check.findings().unknown.len()), (4, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mapping_with_a_mistake_is_refused_before_anything_is_read() {
    let (vault, place) = (Vault::new().await, Place::new());
    let mut wrong = hours("uber");
    wrong.date_format = "yesterday".into();
    let question = Question {
        places: vec![place.file("a.csv", HOURS.as_bytes())],
        mappings: BTreeMap::from([(0, wrong)]),
        ..Question::default()
    };
    let refused = vault.ask(question).await.unwrap_err();
    assert!(matches!(refused, ImportError::Takeout(TakeoutError::Importer(_))));
}
