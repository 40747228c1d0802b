//! Two things at once: an answer that waits, or stands in the queue, and the end of what it rests on.

use std::{sync::Arc, time::Duration as Wait};

use tokio::task::JoinHandle;
use vault_store::{AppId, PartyKind, RequestId};

use super::super::super::{
    Decision, Duration as For, Narrowing,
    v1::{Caller, V1Answer},
};
use super::super::kit::{World, week};
use crate::{LockReason, VaultError, clock::ManualClock};

const RECORDS: &str = "/v1/records?kind=work";
const CHANGES: &str = "/v1/changes?kind=work&after=1000000";

/// What ends an app's consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Revoke,
    RevokeAll,
    Close,
    OpenAgain,
    Expire,
    Remove,
    Lock,
}

const ENDS: [End; 7] = [
    End::Revoke,
    End::RevokeAll,
    End::Close,
    End::OpenAgain,
    End::Expire,
    End::Remove,
    End::Lock,
];

/// A world whose parts can be handed to tasks.
struct Shared {
    world: World,
    clock: Arc<ManualClock>,
    app: AppId,
}

impl Shared {
    async fn new() -> Self {
        let world = World::new().await;
        let app = world.app("Hourly", &["work.records:get"]).await;
        let clock = Arc::clone(&world.clock);
        Self { world, clock, app }
    }

    fn read(&self, path: &'static str) -> JoinHandle<Result<V1Answer, VaultError>> {
        let (space, app) = (self.world.space.clone(), self.app);
        tokio::spawn(async move { space.answer_v1(Caller::App(app), path, None).await })
    }

    async fn end(&self, end: End) {
        let (space, app) = (&self.world.space, self.app);
        match end {
            End::Revoke => drop(
                space
                    .revoke_party(PartyKind::App, &app.to_string())
                    .await
                    .unwrap(),
            ),
            End::RevokeAll => drop(space.revoke_all().await.unwrap()),
            End::Close => space.app_closed(app).await.unwrap(),
            End::OpenAgain => drop(space.open_app(app).await.unwrap()),
            End::Expire => {
                self.clock.advance(time::Duration::days(9));
                space.sweep().await.unwrap();
            }
            End::Remove => space.remove_app(app).await.unwrap(),
            End::Lock => self.world.vault.lock(LockReason::You).await,
        }
    }

    /// How many releases the log of the app has.
    async fn released(&self) -> usize {
        let kinds = self.world.log_kinds().await;
        kinds.iter().filter(|kind| **kind == "released").count()
    }
}

async fn answer(reading: JoinHandle<Result<V1Answer, VaultError>>) -> Result<V1Answer, VaultError> {
    tokio::time::timeout(Wait::from_secs(20), reading)
        .await
        .expect("an end is told at once")
        .unwrap()
}

#[track_caller]
fn is_refused(end: End, answer: &Result<V1Answer, VaultError>) {
    match answer {
        Ok(answer) => assert!(*answer == V1Answer::consent_denied(), "{end:?}: {answer:?}"),
        Err(error) => assert!(
            end == End::Lock && matches!(error, VaultError::Locked),
            "{end:?}: {error}"
        ),
    }
}

fn yes(duration: For) -> Decision {
    Decision {
        scopes: vec![vault_store::Scope::new("vault:work.records:get").unwrap()],
        narrowing: Narrowing::default(),
        duration,
        preview_sha256: None,
        passphrase: None,
        policy: None,
    }
}

#[tokio::test]
async fn every_end_ends_an_open_long_poll_at_once() {
    for duration in [For::Once, week()] {
        for end in ENDS {
            // A grant for once has no last day.
            if (duration, end) == (For::Once, End::Expire) {
                continue;
            }
            let shared = Shared::new().await;
            shared
                .world
                .share(shared.app, Narrowing::default(), duration)
                .await;
            shared.world.space.open_app(shared.app).await.unwrap();
            let polls = [shared.read(CHANGES), shared.read(CHANGES)];
            tokio::time::sleep(Wait::from_millis(30)).await;
            assert!(
                polls.iter().all(|poll| !poll.is_finished()),
                "nothing has changed"
            );
            shared.end(end).await;
            for poll in polls {
                is_refused(end, &answer(poll).await);
            }
            if end != End::Lock {
                assert_eq!(shared.released().await, 0, "{end:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_long_poll_is_not_told_of_others() {
    let shared = Shared::new().await;
    shared.world.share(shared.app, Narrowing::default(), week()).await;
    shared.world.space.open_app(shared.app).await.unwrap();
    let poll = shared.read(CHANGES);
    tokio::time::sleep(Wait::from_millis(30)).await;
    let other = shared.world.app("Other", &["work.records:get"]).await;
    let grant = shared.world.share(other, Narrowing::default(), week()).await;
    shared.world.space.open_app(other).await.unwrap();
    shared.world.space.revoke(grant).await.unwrap();
    tokio::time::sleep(Wait::from_millis(50)).await;
    assert!(!poll.is_finished(), "what others may see is nothing to this app");
    poll.abort();
}

#[tokio::test]
async fn of_what_stands_in_the_queue_nothing_is_answered_behind_an_end() {
    for end in ENDS {
        let shared = Shared::new().await;
        shared.world.share(shared.app, Narrowing::default(), week()).await;
        shared.world.space.open_app(shared.app).await.unwrap();
        let before: Vec<_> = (0..5).map(|_| shared.read(RECORDS)).collect();
        tokio::task::yield_now().await;
        // The end and what comes behind it are in the vault's queue before it has come to any of them.
        let ((), after) = tokio::join!(shared.end(end), async {
            tokio::task::yield_now().await;
            (0..5).map(|_| shared.read(RECORDS)).collect::<Vec<_>>()
        });
        let mut answered = 0;
        for reading in before {
            let answer = answer(reading).await;
            if matches!(&answer, Ok(answer) if answer.status == 200) {
                answered += 1;
            } else {
                is_refused(end, &answer);
            }
        }
        let opens_no_less = matches!(end, End::Close | End::OpenAgain);
        for reading in after {
            let answer = answer(reading).await;
            if opens_no_less {
                // A grant with an end stands on after the window closes; whose token it is was looked at before.
                answered += usize::from(matches!(&answer, Ok(answer) if answer.status == 200));
            } else {
                is_refused(end, &answer);
            }
        }
        if end != End::Lock {
            assert_eq!(
                shared.released().await,
                answered,
                "{end:?}: each answer has its entry"
            );
        }
    }
}

/// A yes and an end at the same moment, in both orders.
#[tokio::test]
async fn a_yes_and_an_end_at_once_leave_nothing_open() {
    for end in ENDS {
        for yes_first in [true, false] {
            let shared = Shared::new().await;
            let id = shared.world.question(shared.app).await;
            shared.world.space.open_app(shared.app).await.unwrap();
            let reading = shared.read(RECORDS);
            tokio::task::yield_now().await;
            let space = shared.world.space.clone();
            let decide = async |id: RequestId| space.allow(id, yes(For::Once)).await;
            let allowed = if yes_first {
                let (allowed, ()) = tokio::join!(biased_first(decide(id)), shared.end(end));
                allowed
            } else {
                let ((), allowed) = tokio::join!(biased_first(shared.end(end)), decide(id));
                allowed
            };
            let answer = answer(reading).await;
            check(&shared, end, &allowed.map(drop), &answer).await;
        }
    }
}

/// Marks what is polled first.
async fn biased_first<T>(future: impl Future<Output = T>) -> T {
    future.await
}

async fn check(
    shared: &Shared,
    end: End,
    allowed: &Result<(), VaultError>,
    answer: &Result<V1Answer, VaultError>,
) {
    let shared_it = matches!(answer, Ok(answer) if answer.status == 200);
    match allowed {
        // The question was over before the yes.
        Err(VaultError::NoSuch("question") | VaultError::Locked) => is_refused(end, answer),
        Err(error) => panic!("{end:?}: {error}"),
        // What was asked in time may be answered in time; behind the end nothing is.
        Ok(()) if shared_it => {}
        Ok(()) => is_refused(end, answer),
    }
    if end == End::Lock {
        assert!(matches!(
            shared.world.space.standing_grants().await,
            Err(VaultError::Locked)
        ));
        return;
    }
    assert_eq!(shared.released().await, usize::from(shared_it), "{end:?}");
    let ends_all = !matches!(end, End::OpenAgain | End::Expire | End::Revoke | End::RevokeAll);
    if ends_all {
        assert!(
            shared.world.space.standing_grants().await.unwrap().is_empty(),
            "{end:?}"
        );
        is_refused(end, &Ok(shared.world.get(shared.app, "/v1/records").await));
    }
}
