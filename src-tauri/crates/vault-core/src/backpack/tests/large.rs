//! How long a large space takes.

use std::time::Instant;

use super::{
    super::{PackRequest, Stop},
    kit::{World, connect, gigs, locks},
};

#[tokio::test]
#[ignore = "a measurement"]
async fn a_large_space() {
    let world = World::empty(0, false).await;
    let connection = connect(&world.space, "Demo").await;
    let count: i64 = std::env::var("RECORDS").map_or(5_000, |n| n.parse().unwrap());
    let begin = Instant::now();
    for from in (0..count).step_by(1_000) {
        gigs(&world.space, connection, from, 1_000).await;
    }
    eprintln!("intake {:?}", begin.elapsed());
    let begin = Instant::now();
    let step = std::sync::Mutex::new((None, Instant::now()));
    let request = PackRequest {
        path: world.file("a.backpack"),
        locks: locks(),
        full: false,
    };
    let packed = world
        .space
        .pack(request, Stop::default(), move |told| {
            let mut last = step.lock().unwrap();
            if last.0 != Some(told.step) {
                eprintln!("{:?} after {:?}", told.step, last.1.elapsed());
                *last = (Some(told.step), Instant::now());
            }
        })
        .await
        .unwrap();
    eprintln!("pack {:?} {} bytes", begin.elapsed(), packed.bytes);
    let other = World::elsewhere().await;
    let begin = Instant::now();
    other.restore(&packed).await.unwrap();
    eprintln!("restore {:?}", begin.elapsed());
}
