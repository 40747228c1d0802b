//! Sudden ends: `kill -9` at random moments. Afterwards the vault opens, in the state before or after the step that was under way, and in no
//! other.
//!
//! The moments are drawn from fixed seeds. A kill counts only when the process was still running.

mod backpack;
mod entries;
mod fetch;
mod import;
mod passphrase;

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

use crate::support::Kept;

/// Random moments within a span of time, each run with the same ones.
struct Moments {
    dice: StdRng,
    span: Duration,
}

impl Moments {
    /// `span` is how long the work takes when nothing disturbs it.
    fn new(seed: u64, span: Duration) -> Self {
        Self {
            dice: StdRng::seed_from_u64(seed),
            span,
        }
    }

    /// Kills a process at the next moment. Returns whether it was still running, and what it said since.
    fn strike_and_hear(&mut self, mut process: Kept) -> (bool, String) {
        let wait = self.span.mul_f64(self.dice.gen_range(0.0..1.1));
        let ended = process.ends_within(wait);
        let (killed, said) = process.kill_and_hear();
        (killed && !ended, said)
    }

    /// Kills a process at the next moment. Returns whether it was still running.
    fn strike(&mut self, mut process: Kept) -> bool {
        let wait = self.span.mul_f64(self.dice.gen_range(0.0..1.1));
        if process.ends_within(wait) {
            false
        } else {
            process.kill()
        }
    }
}

/// Kills a child that says `step N` for each step that is done, at the next moment after its first word. Returns the last step.
fn steps(moments: &mut Moments, child: Kept) -> u32 {
    steps_from(moments, child, || true)
}

/// The same, at the next moment after `begun` is true for the first time: for a part of a step that is too short to be met by chance.
fn steps_from(moments: &mut Moments, mut child: Kept, begun: impl Fn() -> bool) -> u32 {
    let number = |line: &str| {
        line.rsplit_once("step ")
            .and_then(|(_, number)| number.parse().ok())
    };
    let mut last: Option<u32> = None;
    while last.is_none() {
        last = number(&child.line());
    }
    wait_for(begun);
    let (killed, said) = moments.strike_and_hear(child);
    assert!(killed, "it goes on until it is killed");
    said.lines().filter_map(number).next_back().or(last).unwrap()
}

/// Waits for the beginning of a part of the work. On a busy machine every chance may be missed; then it is a moment like any other.
fn wait_for(begun: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(5);
    while !begun() && Instant::now() < deadline {
        std::thread::yield_now();
    }
}

/// How long something takes.
fn time<T>(job: impl FnOnce() -> T) -> (T, Duration) {
    let begin = Instant::now();
    let done = job();
    (done, begin.elapsed())
}

/// Makes `to` an exact copy of the folder `from`.
fn copy_folder(from: &Path, to: &Path) {
    if to.exists() {
        fs::remove_dir_all(to).unwrap();
    }
    fs::create_dir(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, target) = (
            entry.as_ref().unwrap().path(),
            to.join(entry.unwrap().file_name()),
        );
        if path.is_dir() {
            copy_folder(&path, &target)
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}
