//! How a transfer goes from one state to the next. What is not in this table does not happen.

use vault_store::transfers::TransferState;

/// What happens to a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferStep {
    /// Its text is frozen for the consent.
    Freeze,
    /// The person said no: the text goes, the draft stays.
    Withdraw,
    /// The person said yes: it is signed, and about to be sent.
    Sign,
    /// The other side has it.
    Accept,
    /// The other side refuses it.
    Refuse,
    /// It did not leave this computer, for certain.
    Fail,
    /// It may have arrived: no answer came, or none that says anything.
    Lose,
    /// The program started, and finds it so.
    Restart,
}

impl TransferStep {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Freeze,
        Self::Withdraw,
        Self::Sign,
        Self::Accept,
        Self::Refuse,
        Self::Fail,
        Self::Lose,
        Self::Restart,
    ];
}

/// The state after a step; `None` for a step that cannot be taken. Only [`TransferStep::Sign`] leads to sending, only from a text that waits
/// for the person's word, and nothing leads back from it: what was sent once is never sent again.
#[must_use]
pub fn after(state: TransferState, step: TransferStep) -> Option<TransferState> {
    use TransferState as State;
    use TransferStep as Step;
    match (state, step) {
        (State::Drafted | State::Prepared, Step::Freeze) => Some(State::Prepared),
        (State::Prepared, Step::Withdraw) => Some(State::Drafted),
        (State::Prepared, Step::Sign) => Some(State::Sending),
        (State::Sending, Step::Accept) => Some(State::Accepted),
        (State::Sending, Step::Refuse) => Some(State::Refused),
        (State::Sending, Step::Fail) => Some(State::NotSent),
        (State::Sending, Step::Lose | Step::Restart) => Some(State::Unknown),
        (
            State::Drafted
            | State::Prepared
            | State::Accepted
            | State::Refused
            | State::NotSent
            | State::Unknown,
            Step::Restart,
        ) => Some(state),
        (
            State::Drafted
            | State::Prepared
            | State::Sending
            | State::Accepted
            | State::Refused
            | State::NotSent
            | State::Unknown,
            Step::Freeze
            | Step::Withdraw
            | Step::Sign
            | Step::Accept
            | Step::Refuse
            | Step::Fail
            | Step::Lose,
        ) => None,
    }
}

/// Whether nothing of it left, so that it can be dropped without a trace.
#[must_use]
pub fn is_unsent(state: TransferState) -> bool {
    match state {
        TransferState::Drafted | TransferState::Prepared => true,
        TransferState::Sending
        | TransferState::Accepted
        | TransferState::Refused
        | TransferState::NotSent
        | TransferState::Unknown => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_table() {
        use TransferState as S;
        use TransferStep as T;
        let table = [
            (S::Drafted, T::Freeze, S::Prepared),
            (S::Drafted, T::Restart, S::Drafted),
            (S::Prepared, T::Freeze, S::Prepared),
            (S::Prepared, T::Withdraw, S::Drafted),
            (S::Prepared, T::Sign, S::Sending),
            (S::Prepared, T::Restart, S::Prepared),
            (S::Sending, T::Accept, S::Accepted),
            (S::Sending, T::Refuse, S::Refused),
            (S::Sending, T::Fail, S::NotSent),
            (S::Sending, T::Lose, S::Unknown),
            (S::Sending, T::Restart, S::Unknown),
            (S::Accepted, T::Restart, S::Accepted),
            (S::Refused, T::Restart, S::Refused),
            (S::NotSent, T::Restart, S::NotSent),
            (S::Unknown, T::Restart, S::Unknown),
        ];
        for state in S::ALL.iter().copied() {
            for step in T::ALL {
                let listed = table
                    .iter()
                    .find(|(from, by, _)| *from == state && *by == step)
                    .map(|(_, _, to)| *to);
                assert_eq!(after(state, step), listed, "{state:?} {step:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn nothing_is_sent_twice_and_nothing_without_a_frozen_text(
            steps in prop::collection::vec(prop::sample::select(TransferStep::ALL.to_vec()), 0..40)
        ) {
            let (mut state, mut sent, mut frozen) = (TransferState::Drafted, 0, false);
            for step in steps {
                let Some(next) = after(state, step) else { continue };
                if next == TransferState::Sending {
                    prop_assert!(frozen && step == TransferStep::Sign);
                    sent += 1;
                }
                frozen = (frozen || step == TransferStep::Freeze) && step != TransferStep::Withdraw;
                prop_assert!(!is_unsent(next) || sent == 0);
                state = next;
            }
            prop_assert!(sent <= 1);
        }
    }
}
