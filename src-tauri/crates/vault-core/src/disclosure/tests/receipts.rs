//! A signed receipt of every consent, with no value of the person in it.

use serde_json::json;
use vault_store::{Sha256, apps, grants::Precision};

use super::super::{Decision, Duration as For, Narrowing, PolicyText, verify_receipt};
use super::kit::{CANARY, NOW, World, week};

const POLICY: &[u8] = b"We keep what you share for a year.";

#[tokio::test]
async fn every_grant_has_a_receipt_that_others_can_check() {
    let world = World::new().await;
    let app = world
        .app("Hourly", &["work.records:get", "profile.tax_id:get"])
        .await;
    let narrowing = Narrowing {
        connections: Some(vec![world.meals]),
        precision: Precision::Week,
        ..Narrowing::default()
    };
    let grant = world.share(app, narrowing, week()).await;
    let receipt = world.space.receipt(grant).await.unwrap().unwrap();
    assert_eq!((receipt.grant, receipt.at), (grant, NOW));
    assert_eq!(
        verify_receipt(&receipt.jws, &receipt.key).unwrap(),
        receipt.document
    );

    let says = &receipt.document;
    assert_eq!(says["schema"], "satchel-consent-receipt/1");
    assert_eq!(says["record_id"], grant.to_string());
    let known = world
        .space
        .read(move |db| Ok(db.read(|view| apps::get(view, app))?))
        .await
        .unwrap();
    assert_eq!(says["pii_principal_id"], known.unwrap().account);
    assert_eq!(says["event"]["state"], "consent given");
    assert_eq!(says["event"]["valid_until"], "2026-11-30T00:00:00Z");
    assert_eq!(
        says["purposes"][0]["pii_categories"],
        json!([
            {"scope": "vault:profile.tax_id:get", "words": "Tax number"},
            {"scope": "vault:work.summary:get", "words": "Earnings and hours, in sums"}
        ])
    );
    assert_eq!(says["purposes"][0]["purpose"], "To show your work.");
    assert_eq!(says["purposes"][0]["narrowing"]["precision"], "week");
    assert_eq!(says["parties"][0]["name"], "Hourly");
    assert_eq!(says["parties"][0]["address"], "https://app.example");
    let notice = says["notice"]["text"].as_str().unwrap();
    assert!(notice.contains("from Rapid Meals"), "{notice}");
    assert_eq!(
        says["notice"]["sha256"],
        Sha256::of(notice.as_bytes()).to_string()
    );
    let held = world.space.grant(grant).await.unwrap().grant;
    assert_eq!(says["notice"]["shown_sha256"], held.shown_sha256.to_string());

    // The recipient is handed the same; nobody learns the person's name or number from it.
    let answer = world.read(app, "/v1/grant").await;
    assert_eq!(answer["receipts"], json!([receipt.jws]));
    let file = String::from_utf8(receipt.to_file().unwrap()).unwrap();
    for value in [CANARY, "X1234567", "Example"] {
        assert!(!file.contains(value));
    }
}

#[tokio::test]
async fn a_changed_receipt_is_none() {
    let world = World::new().await;
    let app = world.app("Hourly", &["reviews:get"]).await;
    let grant = world.share(app, Narrowing::default(), For::Once).await;
    let receipt = world.space.receipt(grant).await.unwrap().unwrap();
    let parts: Vec<&str> = receipt.jws.split('.').collect();
    let [header, payload, signature] = parts.as_slice() else {
        panic!("three parts")
    };
    let none = format!("eyJhbGciOiJub25lIn0.{payload}.{signature}");
    let other = format!("{header}.e30.{signature}");
    for forged in [none, other, format!("{header}.{payload}.AAAA")] {
        assert!(verify_receipt(&forged, &receipt.key).is_err());
    }
    assert_eq!(receipt.document["event"]["duration"], "once");
}

#[tokio::test]
async fn the_policy_is_kept_with_its_address_and_digest() {
    let world = World::new().await;
    let app = world.app("Hourly", &["reviews:get"]).await;
    let yes = |policy| Decision {
        scopes: vec!["vault:reviews:get".parse().unwrap()],
        narrowing: Narrowing::default(),
        duration: For::Once,
        preview_sha256: None,
        passphrase: None,
        policy,
    };
    let text = PolicyText {
        sha256: Sha256::of(POLICY),
        fetched_at: NOW,
    };
    let question = world.question(app).await;
    let grant = world.space.allow(question, yes(Some(text))).await.unwrap();
    let receipt = world.space.receipt(grant).await.unwrap().unwrap();
    assert_eq!(
        receipt.document["notice"]["privacy_policy"],
        json!({"address": "https://app.example/privacy", "accepted_at": "2026-11-22T09:00:00Z",
            "sha256": Sha256::of(POLICY).to_string(), "fetched_at": "2026-11-22T09:00:00Z"})
    );
    world.space.app_closed(app).await.unwrap();
    let question = world.question(app).await;
    let grant = world.space.allow(question, yes(None)).await.unwrap();
    let receipt = world.space.receipt(grant).await.unwrap().unwrap();
    assert_eq!(
        receipt.document["notice"]["privacy_policy"]["sha256"],
        serde_json::Value::Null
    );
}
