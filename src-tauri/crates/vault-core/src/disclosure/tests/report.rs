//! Files for others: the report to an authority, and the log as a page.

use std::collections::BTreeSet;

use serde_json::Value;
use vault_store::{DisclosureId, disclosures::DisclosureKind, erasures::ErasureWay};

use super::super::{ActivityFilter, ActivityResult, EraseOf, LogForm, Narrowing};
use super::kit::{CANARY, World, week};
use crate::VaultError;

/// What stands in a page, with the markup taken away.
fn text(page: &str) -> String {
    let mut text = String::new();
    for part in page.split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_, after)| after));
        text.push(' ');
    }
    for (entity, symbol) in [
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, symbol);
    }
    text
}

/// The lines of JSON in a page.
fn lines(page: &str) -> Vec<Value> {
    text(page)
        .lines()
        .filter_map(|line| serde_json::from_str(line.trim()).ok())
        .filter(Value::is_object)
        .collect()
}

fn runs_and_loads_nothing(page: &str) {
    assert!(page.contains("default-src 'none'; style-src 'unsafe-inline'; img-src data:"));
    for forbidden in [
        "<script", "<link", "<img", "<iframe", "<form", "src=", "href=", "@import", "url(",
    ] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
}

#[tokio::test]
async fn a_report_has_who_what_when_and_the_proof() {
    let world = World::new().await;
    let app = world.app("Hour<ly", &["work.records:get", "reviews:get"]).await;
    let grant = world.share(app, Narrowing::default(), week()).await;
    world.read(app, "/v1/records").await;
    world.space.revoke_all().await.unwrap();
    world
        .space
        .ask_to_erase(EraseOf::App(app), ErasureWay::Mail)
        .await
        .unwrap();
    let other = world.app("Other", &["ratings:get"]).await;
    world.space.refuse(world.question(other).await).await.unwrap();
    let receipt = world.space.receipt(grant).await.unwrap().unwrap();
    let log = world.log().await;
    let released = log
        .iter()
        .find(|entry| entry.kind == DisclosureKind::Released)
        .unwrap();
    let page = world.space.write_report(released.id, Vec::new()).await.unwrap();
    let page = String::from_utf8(page).unwrap();
    runs_and_loads_nothing(&page);
    let shown = text(&page);
    let view = world.space.grant(grant).await.unwrap().grant;
    for part in [
        "Report about Hour<ly".to_owned(),
        "What happened, in your own words".into(),
        format!("{CANARY} Example"),
        "Fair Hours".into(),
        "https://app.example".into(),
        "privacy@app.example".into(),
        "https://app.example/privacy".into(),
        view.shown_summary.clone(),
        view.shown_sha256.to_string(),
        "From: all platforms; How exact: every record".into(),
        "stopped by me, 22 Nov 2026, 09:00 UTC".into(),
        released.hash.to_string(),
        "27 records".into(),
        "22 Nov 2026, by e-mail".into(),
        "22 Dec 2026".into(),
        receipt.jws,
        "-----BEGIN PUBLIC KEY-----".into(),
        "https://www.edpb.europa.eu/about-edpb/about-edpb/members_en".into(),
    ] {
        assert!(shown.contains(&part), "{part}\n{shown}");
    }
    // The person's own name, and nothing that was in a record.
    assert_eq!(page.matches(CANARY).count(), 1);
    assert!(!shown.contains("Other"), "another party is nobody's business");
    // All entries of the party, the report's own among them, as they are hashed; then the signed head.
    let lines = lines(&page);
    let log = world.log().await;
    let theirs: Vec<Value> = log
        .iter()
        .filter(|entry| entry.party == released.party)
        .map(|entry| serde_json::to_value(entry).unwrap())
        .collect();
    assert_eq!(lines.len(), theirs.len() + 1);
    assert_eq!(lines[..theirs.len()], theirs[..]);
    assert_eq!(theirs.last().unwrap()["kind"], "reported");
    assert_eq!(theirs.last().unwrap()["refers_to"], released.id.to_string());
    let last = lines.last().unwrap();
    assert_eq!(last["head"]["seq"], log.len());
    assert_eq!(last["head"]["hash"], log.last().unwrap().hash.to_string());
    let filter = ActivityFilter {
        result: Some(ActivityResult::Reported),
        ..ActivityFilter::default()
    };
    assert_eq!(
        world.space.activity(filter, 0, 9).await.unwrap().items[0].words,
        "Report saved"
    );
}

#[tokio::test]
async fn only_somebody_else_is_reported() {
    let world = World::new().await;
    world.space.export_log(Vec::new(), LogForm::Lines).await.unwrap();
    let own = world.log().await.last().unwrap().id;
    let before = world.log().await.len();
    let about_oneself = world.space.write_report(own, Vec::new()).await;
    assert!(matches!(about_oneself, Err(VaultError::Invalid { .. })));
    let unknown = world.space.write_report(DisclosureId::new(), Vec::new()).await;
    assert!(matches!(unknown, Err(VaultError::NoSuch("entry"))));
    assert_eq!(world.log().await.len(), before);
}

#[tokio::test]
async fn the_log_as_a_page_has_what_the_lines_have() {
    let world = World::empty(true).await;
    let app = world.app("</pre><script>", &["work.records:get"]).await;
    world.space.refuse(world.question(app).await).await.unwrap();
    let (page, entries) = world.space.export_log(Vec::new(), LogForm::Page).await.unwrap();
    let page = String::from_utf8(page).unwrap();
    runs_and_loads_nothing(&page);
    assert!(text(&page).contains("Made-up data."));
    let log = world.log().await;
    assert_eq!(entries, log.len() as u64);
    let lines = lines(&page);
    let wanted: Vec<Value> = log
        .iter()
        .map(|entry| serde_json::to_value(entry).unwrap())
        .collect();
    assert_eq!(lines[..lines.len() - 1], wanted[..]);
    let last = lines.last().unwrap();
    let members: BTreeSet<&str> = last.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        members,
        BTreeSet::from(["entries", "hashed", "head", "made_up", "signed", "signing_key"])
    );
    assert_eq!(last["entries"], entries);
    assert_eq!(last["head"]["hash"], log.last().unwrap().hash.to_string());
    for entry in &log {
        assert!(page.contains(&format!("<td class=\"n\">{}</td>", entry.seq)));
    }
    assert!(text(&page).contains("</pre><script>"), "shown, not obeyed");
}
