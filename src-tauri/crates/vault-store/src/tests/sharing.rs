//! Grants, questions and tokens: how they are used and how they end.

use serde_json::json;
use time::{Duration, OffsetDateTime, macros::date};

use super::kit::{NOW, Space};
use crate::{
    ConnectionId, DisclosureId, Face, GrantId, Party, PartyKind, RequestId, Scope, Sha256, StoreError,
    erasures::{self, Erasure, ErasureState, ErasureWay},
    grants::{self, Amounts, Grant, GrantDuration, GrantState, People, Places, Precision},
    receipts::{self, SignedReceipt},
    refusals::{self, StandingRefusal},
    requests::{self, Ask, Request, RequestState},
    tokens::{self, IssuedToken},
};

fn party(id: &str) -> Party {
    Party {
        kind: PartyKind::App,
        id: id.into(),
        name: id.to_uppercase(),
    }
}

fn grant(recipient: &str, duration: GrantDuration, until: Option<OffsetDateTime>) -> Grant {
    Grant {
        id: GrantId::new(),
        recipient: party(recipient),
        face: Face::OpenPlatform,
        purpose: "to show".into(),
        scopes: vec![Scope::new("vault:work.records:get").unwrap()],
        connections: Some(vec![ConnectionId::new()]),
        from: Some(date!(2026 - 01 - 01)),
        to: None,
        precision: Precision::Exact,
        amounts: Amounts::Rounded,
        places: Places::Kilometre,
        people: People::Removed,
        duration,
        until,
        created_at: NOW,
        shown_sha256: Sha256::of(b"shown"),
        shown_summary: "Work".into(),
        state: GrantState::Live,
        ended_at: None,
        last_used_at: None,
        use_count: 0,
    }
}

fn stored(space: &Space, id: GrantId) -> Grant {
    space.read(|view| grants::get(view, id)).unwrap().unwrap()
}

#[test]
fn a_grant_comes_back_as_it_was_put() {
    let space = Space::new();
    let grant = grant("a", GrantDuration::Until, Some(NOW + Duration::DAY));
    space.write(|tx| grants::insert(tx, &grant)).unwrap();
    assert_eq!(stored(&space, grant.id), grant);
    let of = |recipient: &str| {
        space
            .read(|view| grants::live_of(view, PartyKind::App, recipient, NOW))
            .unwrap()
    };
    assert_eq!(of("a"), [grant]);
    assert!(of("b").is_empty());
}

#[test]
fn a_use_is_counted_and_uses_up_only_where_it_should() {
    let space = Space::new();
    let once = grant("a", GrantDuration::Once, None);
    space.write(|tx| grants::insert(tx, &once)).unwrap();
    let noted = || space.write(|tx| grants::note_use(tx, once.id, NOW)).unwrap();
    assert!(noted() && noted());
    assert_eq!(
        (stored(&space, once.id).state, stored(&space, once.id).use_count),
        (GrantState::Live, 2)
    );
    assert!(space.write(|tx| grants::use_once(tx, once.id, NOW)).unwrap());
    assert_eq!(stored(&space, once.id).state, GrantState::Used);
    assert!(!space.write(|tx| grants::use_once(tx, once.id, NOW)).unwrap());
    assert!(!noted());
}

#[test]
fn only_once_is_used_up_without_the_person() {
    let space = Space::new();
    let once = grant("a", GrantDuration::Once, None);
    let standing = grant("a", GrantDuration::UntilStopped, None);
    space
        .write(|tx| {
            grants::insert(tx, &once)?;
            grants::insert(tx, &standing)
        })
        .unwrap();
    assert!(space.write(|tx| grants::use_up(tx, once.id, NOW)).unwrap());
    assert!(!space.write(|tx| grants::use_up(tx, once.id, NOW)).unwrap());
    assert!(!space.write(|tx| grants::use_up(tx, standing.id, NOW)).unwrap());
    assert_eq!(stored(&space, once.id).ended_at, Some(NOW));
    assert_eq!(stored(&space, standing.id), standing);
}

#[test]
fn time_ends_a_grant_whether_or_not_anybody_noticed() {
    let space = Space::new();
    let until = NOW + Duration::DAY;
    let grant = grant("a", GrantDuration::Until, Some(until));
    space.write(|tx| grants::insert(tx, &grant)).unwrap();
    let live = |at| space.read(|view| grants::live(view, at)).unwrap().len();
    assert_eq!((live(until - Duration::MILLISECOND), live(until)), (1, 0));
    assert!(!space.write(|tx| grants::note_use(tx, grant.id, until)).unwrap());
    let due = space.write(|tx| grants::expire_due(tx, until)).unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!(due[0], grant);
    assert_eq!(stored(&space, grant.id).state, GrantState::Expired);
    assert!(!space.write(|tx| grants::revoke(tx, grant.id, until)).unwrap());
}

#[test]
fn a_question_ends_once_and_keeps_what_came_of_it() {
    let space = Space::new();
    let request = Request {
        id: RequestId::new(),
        recipient: party("a"),
        face: Face::OpenPlatform,
        purpose: "to show".into(),
        asks: vec![Ask {
            scope: Scope::new("vault:reviews:get").unwrap(),
            required: true,
            explanation: Some("for the page".into()),
        }],
        detail: json!({"maker": "Fair Hours"}).as_object().unwrap().clone(),
        created_at: NOW,
        expires_at: NOW + Duration::minutes(10),
        state: RequestState::Pending,
        ended_at: None,
    };
    space.write(|tx| requests::insert(tx, &request)).unwrap();
    let waiting = space.read(requests::pending).unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0], request);
    let end = |state| {
        space
            .write(|tx| requests::end(tx, request.id, state, NOW))
            .unwrap()
    };
    assert!(end(RequestState::Granted));
    assert!(!end(RequestState::Refused));
    let detail = json!({"maker": "Fair Hours", "grant": "x"})
        .as_object()
        .unwrap()
        .clone();
    space
        .write(|tx| requests::set_detail(tx, request.id, &detail))
        .unwrap();
    let ended = space
        .read(|view| requests::get(view, request.id))
        .unwrap()
        .unwrap();
    assert_eq!(
        (ended.state, ended.detail),
        (RequestState::Granted, detail.clone())
    );
    assert!(space.read(requests::pending).unwrap().is_empty());
    let unknown = space.write(|tx| requests::set_detail(tx, RequestId::new(), &detail));
    assert_eq!(unknown, Err(StoreError::NoSuchRow));
}

#[test]
fn tokens_end_and_stay_known() {
    let space = Space::new();
    let token = |holder: &str, text: &str| IssuedToken {
        sha256: Sha256::of(text.as_bytes()),
        party_kind: PartyKind::App,
        party_id: holder.into(),
        kind: "openplatform".into(),
        created_at: NOW,
        expires_at: None,
        grant: None,
        build: None,
    };
    let (one, two) = (token("a", "one"), token("b", "two"));
    space
        .write(|tx| {
            tokens::insert(tx, &one)?;
            tokens::insert(tx, &two)
        })
        .unwrap();
    let ends = |of: &IssuedToken| {
        space
            .read(|view| tokens::find(view, of.sha256))
            .unwrap()
            .unwrap()
            .expires_at
    };
    let expire = |whose: Option<&str>, at| {
        space
            .write(|tx| tokens::expire(tx, PartyKind::App, whose, at))
            .unwrap()
    };
    assert_eq!(expire(Some("a"), NOW), 1);
    assert_eq!((ends(&one), ends(&two)), (Some(NOW), None));
    assert_eq!(expire(None, NOW + Duration::DAY), 1);
    assert_eq!((ends(&one), ends(&two)), (Some(NOW), Some(NOW + Duration::DAY)));
    assert_eq!(
        space.write(|tx| tokens::purge(tx, NOW + Duration::HOUR)).unwrap(),
        1
    );
    assert!(
        space
            .read(|view| tokens::find(view, one.sha256))
            .unwrap()
            .is_none()
    );
}

#[test]
fn a_grant_has_one_receipt() {
    let space = Space::new();
    let receipt = SignedReceipt {
        grant: GrantId::new(),
        at: NOW,
        jws: "a.b.c".into(),
        signing_key: "PEM".into(),
    };
    assert!(space.write(|tx| receipts::insert(tx, &receipt)).unwrap());
    let other = SignedReceipt {
        jws: "x.y.z".into(),
        ..receipt.clone()
    };
    assert!(!space.write(|tx| receipts::insert(tx, &other)).unwrap());
    assert_eq!(
        space.read(|view| receipts::get(view, receipt.grant)).unwrap(),
        Some(receipt.clone())
    );
    assert_eq!(space.read(receipts::list).unwrap(), [receipt]);
    assert_eq!(
        space.read(|view| receipts::get(view, GrantId::new())).unwrap(),
        None
    );
}

#[test]
fn the_latest_request_to_erase_counts() {
    let space = Space::new();
    let asked = |at: OffsetDateTime| Erasure {
        id: DisclosureId::new(),
        party: party("a"),
        way: ErasureWay::Mail,
        asked_at: at,
        asked_again_at: None,
        state: ErasureState::Waiting,
        answered_at: None,
    };
    let (first, mut second) = (asked(NOW), asked(NOW + Duration::DAY));
    for erasure in [&first, &second] {
        space.write(|tx| erasures::put(tx, erasure)).unwrap();
    }
    second.state = ErasureState::Erased;
    second.answered_at = Some(NOW + Duration::WEEK);
    space.write(|tx| erasures::put(tx, &second)).unwrap();
    assert_eq!(space.read(erasures::list).unwrap(), [first, second.clone()]);
    let last = |id: &str| {
        space
            .read(|view| erasures::last_of(view, PartyKind::App, id))
            .unwrap()
    };
    assert_eq!(last("a"), Some(second.clone()));
    assert_eq!(last("b"), None);
    assert_eq!(
        space.read(|view| erasures::get(view, second.id)).unwrap(),
        Some(second)
    );
}

#[test]
fn a_standing_refusal_is_taken_back() {
    let space = Space::new();
    let scope = |text: &str| Scope::new(text).unwrap();
    let rule = |what: &str| StandingRefusal {
        party: party("a"),
        scope: scope(what),
        at: NOW,
    };
    let rules = [rule("vault:reviews:get"), rule("vault:work.records:get")];
    for rule in rules.iter().chain(&rules) {
        space.write(|tx| refusals::insert(tx, rule)).unwrap();
    }
    let of = |id: &str| {
        space
            .read(|view| refusals::of_party(view, PartyKind::App, id))
            .unwrap()
    };
    assert_eq!(of("a"), rules);
    assert!(of("b").is_empty());
    let gone = |space: &Space| {
        space.write(|tx| refusals::remove(tx, PartyKind::App, "a", &scope("vault:reviews:get")))
    };
    assert!(gone(&space).unwrap());
    assert!(!gone(&space).unwrap());
    space
        .write(|tx| refusals::remove_party(tx, PartyKind::App, "a"))
        .unwrap();
    assert!(of("a").is_empty());
}
