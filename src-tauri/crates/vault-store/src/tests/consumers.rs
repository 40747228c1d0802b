//! Consumer apps and what waits for them.

use time::Duration;
use uuid::Uuid;

use super::kit::{NOW, Space};
use crate::consumers::{self, Claim, Consumer};
use crate::deliveries::{self, Delivery, DeliveryKind};
use crate::{ConsumerId, DeliveryId, StoreError};

fn consumer() -> Consumer {
    Consumer {
        id: ConsumerId::new(),
        name: "Ledger".into(),
        callback: "https://ledger.example/data".into(),
        returns: vec!["https://ledger.example/back".into()],
        claim: Claim::Aggregated,
        loopback: false,
        account: Uuid::new_v4(),
        secret: "7adc5899-dc3e-4c89-a51a-c02f226c47e9".into(),
        created_at: NOW,
    }
}

fn delivery(consumer: ConsumerId, kind: DeliveryKind) -> Delivery {
    Delivery {
        id: DeliveryId::new(),
        consumer,
        kind,
        subject: "demo".into(),
        name: "Demo platform".into(),
        created_at: NOW,
        due_at: NOW,
        tries: 0,
    }
}

#[test]
fn a_consumer_keeps_what_was_registered_and_its_secret_is_replaced() {
    let space = Space::new();
    let mut known = consumer();
    space.write(|tx| consumers::insert(tx, &known)).unwrap();
    known.secret = "another".into();
    space
        .write(|tx| consumers::set_secret(tx, known.id, &known.secret))
        .unwrap();
    assert_eq!(
        space.read(|view| consumers::get(view, known.id)).unwrap(),
        Some(known.clone())
    );
    assert_eq!(space.read(consumers::list).unwrap(), [known.clone()]);
    assert!(!format!("{known:?}").contains("another"));
    let same_account = Consumer {
        account: known.account,
        ..consumer()
    };
    assert!(space.write(|tx| consumers::insert(tx, &same_account)).is_err());
}

#[test]
fn what_waits_is_said_once_until_it_was_tried_and_goes_with_its_consumer() {
    let space = Space::new();
    let known = consumer();
    space.write(|tx| consumers::insert(tx, &known)).unwrap();
    let first = delivery(known.id, DeliveryKind::Update);
    let put = |delivery: &Delivery| space.write(|tx| deliveries::insert(tx, delivery)).unwrap();
    assert!(put(&first));
    assert!(
        !put(&delivery(known.id, DeliveryKind::Update)),
        "it says the same"
    );
    assert!(put(&delivery(known.id, DeliveryKind::AwaitingEmail)));
    let later = NOW + Duration::seconds(4);
    space
        .write(|tx| deliveries::postpone(tx, first.id, 3, later))
        .unwrap();
    assert!(
        put(&delivery(known.id, DeliveryKind::Update)),
        "the other one was tried"
    );
    let due = |at| space.read(|view| deliveries::due(view, at)).unwrap();
    assert_eq!(due(NOW).unwrap().kind, DeliveryKind::AwaitingEmail);
    assert_eq!(due(NOW - Duration::seconds(1)), None);
    let kept = space
        .read(|view| deliveries::get(view, first.id))
        .unwrap()
        .unwrap();
    assert_eq!((kept.tries, kept.due_at), (3, later));
    assert!(space.write(|tx| deliveries::delete(tx, first.id)).unwrap());
    assert_eq!(
        space.write(|tx| deliveries::postpone(tx, first.id, 4, later)),
        Err(StoreError::NoSuchRow)
    );
    assert!(space.write(|tx| consumers::delete(tx, known.id)).unwrap());
    assert_eq!(space.read(deliveries::list).unwrap(), []);
}
