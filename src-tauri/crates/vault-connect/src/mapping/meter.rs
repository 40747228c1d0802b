//! What a mapping has used of what it may use.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use jaq_json::{Num, Val};

use super::Limits;

/// How many steps lie between two looks at the clock.
const LOOK: u64 = 4096;
/// A text counts one step per this many bytes.
const TEXT: usize = 64;
/// The longest whole number, in bits; money and ids need far fewer.
const BITS: u64 = 256;

/// The meter of one answer.
#[derive(Debug)]
pub(super) struct Meter {
    left: Cell<u64>,
    next_look: Cell<u64>,
    began: Instant,
    time: Duration,
}

/// A mapping wanted more than it may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spent;

impl Meter {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            left: Cell::new(limits.steps),
            next_look: Cell::new(limits.steps),
            began: Instant::now(),
            time: limits.time,
        }
    }

    /// Counts a value by its logical size: parts that it shares with others count as often as they are met, because whoever compares or
    /// writes it meets them as often.
    pub(super) fn charge(&self, value: &Val) -> Result<(), Spent> {
        match value {
            Val::Null | Val::Bool(_) => self.step(1),
            Val::Num(Num::BigInt(number)) if number.bits() > BITS => Err(Spent),
            Val::Num(_) => self.step(1),
            Val::BStr(text) | Val::TStr(text) => self.step(1 + text.len() / TEXT),
            Val::Arr(items) => {
                self.step(1)?;
                items.iter().try_for_each(|item| self.charge(item))
            }
            Val::Obj(members) => {
                self.step(1)?;
                members.iter().try_for_each(|(name, value)| {
                    self.charge(name)?;
                    self.charge(value)
                })
            }
        }
    }

    fn step(&self, count: usize) -> Result<(), Spent> {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        let left = self.left.get().checked_sub(count).ok_or(Spent)?;
        self.left.set(left);
        if left <= self.next_look.get() {
            self.next_look.set(left.saturating_sub(LOOK));
            if self.began.elapsed() > self.time {
                return Err(Spent);
            }
        }
        Ok(())
    }
}
