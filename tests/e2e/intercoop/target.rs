//! Packages with the extras and the second signature at a target of upstream.

use intercoop::{
    answer::{Answer, Continuation, Outcome},
    descriptor, envelope,
    extras::Extras,
    field::Field,
    payload::{self, PayloadFields, Value as Written},
};
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;
use vault_connect::Transfers;
use vault_core::cooperatives::{Outbound, PostEnd, TransferId};
use vault_crypto::Signer;

use super::indented;
use crate::support::{Home, cooperative::Cooperative};

/// The text of the key ring of upstream, and of everybody who gets a description of this sender.
fn description(signer: &Signer) -> String {
    let (descriptor, _) = descriptor::read(&format!(
        "intercoopVersion: '1.0'\npeerVersion: 1\npeerid: satxel\nname: A Satchel vault\nlogo: https://satchel.example/l.png\n\
         description: d\nurl: https://satchel.example/\nprivacyPolicyUrl: https://satchel.example/p\nservices: {{}}\n\
         targetUrl: https://satchel.example/i\npublickey: |\n{}",
        indented(signer.public_key_pem())
    ))
    .unwrap();
    descriptor::write(&descriptor)
}

/// Signs a payload and sends it to a target of upstream.
async fn sent(target: &str, signer: &Signer, text: &str) -> Outcome {
    let sha1 = signer.sign_pkcs1v15_sha1(text.as_bytes()).unwrap();
    let strong = signer.sign_pss_sha256(text.as_bytes()).unwrap();
    let outbound = Outbound {
        id: TransferId::new(),
        address: format!("{target}/activateService"),
        envelope: envelope::write_strong(text, &sha1, &strong),
    };
    match Transfers::new().unwrap().post(&outbound).await {
        PostEnd::Answered {
            status,
            content_type,
            body,
        } => Outcome::of(&Answer {
            status,
            content_type: content_type.as_deref(),
            body: &body,
        }),
        end @ (PostEnd::NotSent(_) | PostEnd::Unknown(_)) => panic!("{end:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn upstreams_target_takes_a_package_with_the_extras_and_the_second_signature() {
    let home = Home::new();
    let mut cooperative = Cooperative::start(&home.path("cooperative"));
    let (theirs, _) = descriptor::read(cooperative.documented()).unwrap();
    let (shipped, _) = descriptor::read(cooperative.descriptor()).unwrap();
    assert_eq!((theirs.peer_id.as_str(), theirs.services.len()), ("raig", 1));
    let signer = Signer::generate().unwrap();
    let mut fields = PayloadFields::new();
    for (field, text) in [
        (Field::OriginPeer, "satxel"),
        (Field::Name, "Núñez, Mariona"),
        (Field::PostalCode, "08001"),
        (Field::Country, "NO"),
    ] {
        fields.set(field, Written::Text(text.to_owned()));
    }
    Extras::new(Uuid::new_v4(), OffsetDateTime::now_utc(), "raig", "contract").write_to(&mut fields);
    let text = payload::write(&fields);
    let target = theirs.target.unwrap().as_str().trim_end_matches('/').to_owned();

    // A stranger is refused as documented, and by the ring as it is shipped with a page.
    let refused = sent(&target, &signer, &text).await;
    assert!(refused.may_be_an_unknown_peer(), "{refused:?}");
    let shipped = shipped.target.unwrap().as_str().trim_end_matches('/').to_owned();
    let broken = sent(&shipped, &signer, &text).await;
    assert!(
        matches!(broken, Outcome::Failed { status: 500, .. }),
        "{broken:?}"
    );
    assert!(broken.may_be_an_unknown_peer());
    assert_eq!(cooperative.stored(), Vec::<Value>::new());

    cooperative.know("satxel", &description(&signer));
    for target in [&target, &shipped] {
        let accepted = sent(target, &signer, &text).await;
        let Outcome::Accepted { uuid, continuation } = accepted else {
            panic!("{accepted:?}");
        };
        let Continuation::Open(place) = continuation else {
            panic!("{continuation:?}");
        };
        assert!(place.as_str().ends_with(&uuid.unwrap().to_string()));
    }
    for stored in cooperative.stored() {
        for (field, value) in [
            ("originpeer", "satxel"),
            ("name", "Núñez, Mariona"),
            ("postalcode", "08001"),
            ("country", "NO"),
            ("audience", "raig"),
            ("service", "contract"),
        ] {
            assert_eq!(stored[field], value, "{stored}");
        }
    }
    // What was changed on the way is refused.
    let other = Signer::generate().unwrap();
    let forged = sent(&target, &other, &text).await;
    assert!(matches!(&forged, Outcome::Refused { status: 403, error } if error.name() == "BadSignature"));
    assert_eq!(cooperative.stored().len(), 2);

    // And its client says of a target that does not answer that it did not.
    let nobody = cooperative.send("http://127.0.0.1:9", &json!({ "originpeer": "raig" }), "");
    assert!(
        nobody["failed"].as_str().unwrap().starts_with("ConnectionError"),
        "{nobody}"
    );
}
