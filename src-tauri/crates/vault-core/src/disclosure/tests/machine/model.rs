//! What may answer, as a small pure machine: the rules of consent over one app that asks for single gigs and reviews.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most events are nothing to most questions"
)]

use std::collections::BTreeSet;

/// Scopes as bits.
pub(super) type Scopes = u8;
/// `vault:work.records:get`.
pub(super) const WORK: Scopes = 1;
/// `vault:reviews:get`.
pub(super) const REVIEWS: Scopes = 2;
/// `vault:work.summary:get`.
pub(super) const SUMS: Scopes = 4;
/// What the app's manifest asks for.
pub(super) const DECLARED: Scopes = WORK | REVIEWS;

/// More grants or questions at a time show nothing new.
const MOST: usize = 2;

/// What can happen to an app's consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Event {
    /// The app is about to be opened, so it asks for what its manifest says.
    Ask,
    Open,
    Close,
    /// The person looks at a narrower choice and decides nothing.
    Look,
    AllowOnce,
    AllowUntil,
    /// Yes to one scope of several.
    NarrowOnce,
    NarrowUntil,
    /// Yes to weekly sums in place of single gigs.
    Sums,
    Deny,
    /// A yes to a question that is over.
    LateYes,
    /// Ten minutes go by: every question is over.
    QuestionTime,
    /// Nine days go by: every grant with an end is over too.
    GrantTime,
    /// The newest grant is stopped.
    Revoke,
    /// The vault locks and is unlocked again.
    Lock,
    /// The person goes to the other space, which closes the app.
    Switch,
    ReadWork,
    ReadBoth,
    ReadSums,
    /// The app waits for changes of its gigs.
    Poll,
}

impl Event {
    pub(super) const ALL: [Self; 20] = [
        Self::Ask,
        Self::Open,
        Self::Close,
        Self::Look,
        Self::AllowOnce,
        Self::AllowUntil,
        Self::NarrowOnce,
        Self::NarrowUntil,
        Self::Sums,
        Self::Deny,
        Self::LateYes,
        Self::QuestionTime,
        Self::GrantTime,
        Self::Revoke,
        Self::Lock,
        Self::Switch,
        Self::ReadWork,
        Self::ReadBoth,
        Self::ReadSums,
        Self::Poll,
    ];
    /// What changes the state by itself. Reading is tried after each of these anyway.
    pub(super) const ACTS: [Self; 13] = [
        Self::Ask,
        Self::Open,
        Self::Close,
        Self::AllowOnce,
        Self::AllowUntil,
        Self::NarrowUntil,
        Self::Sums,
        Self::Deny,
        Self::GrantTime,
        Self::QuestionTime,
        Self::Revoke,
        Self::Lock,
        Self::ReadBoth,
    ];

    /// The scopes that a reading names.
    pub(super) fn reads(self) -> Option<Scopes> {
        match self {
            Self::ReadWork | Self::Poll => Some(WORK),
            Self::ReadBoth => Some(WORK | REVIEWS),
            Self::ReadSums => Some(SUMS),
            _ => None,
        }
    }

    /// What the person chooses of a question, as the scopes of the grant, and whether for once.
    pub(super) fn yes(self, asked: Scopes) -> Option<(Scopes, bool)> {
        let lowest = asked & asked.wrapping_neg();
        match self {
            Self::AllowOnce => Some((asked, true)),
            Self::AllowUntil => Some((asked, false)),
            Self::NarrowOnce => (asked != lowest).then_some((lowest, true)),
            Self::NarrowUntil => (asked != lowest).then_some((lowest, false)),
            Self::Sums => (asked & WORK != 0).then_some((SUMS, false)),
            _ => None,
        }
    }
}

/// A grant that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Held {
    scopes: Scopes,
    /// What the question was for: what was kept back is not asked again while this stands.
    asked: Scopes,
    once: bool,
}

/// A reading that has no answer yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Waiting {
    wants: Scopes,
    /// The question that it waits for; none for one that waits for changes.
    question: Option<usize>,
    /// Whether it waits for changes once it may read.
    poll: bool,
    /// Whether the app was open when it began.
    in_opening: bool,
}

/// What a reading gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reply {
    /// Data, or that there is nothing new.
    Shared,
    Denied,
    /// No answer: the vault was locked.
    Locked,
}

/// What an event brings about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Effect {
    /// What the reading of this event gets at once.
    pub(super) reply: Option<Reply>,
    /// What the reading that waited gets now.
    pub(super) waited: Option<Reply>,
}

/// How things stand for the app.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Model {
    open: bool,
    /// Oldest first.
    questions: Vec<Scopes>,
    /// Newest first.
    grants: Vec<Held>,
    /// Answered in this opening: not asked again.
    answered: Scopes,
    /// Questions that ended with no in this opening.
    refused: BTreeSet<Scopes>,
    waiting: Option<Waiting>,
}

enum Asked {
    Settled,
    Question(usize),
}

impl Model {
    /// The oldest question.
    pub(super) fn question(&self) -> Option<Scopes> {
        self.questions.first().copied()
    }

    pub(super) fn questions(&self) -> usize {
        self.questions.len()
    }

    pub(super) fn grants(&self) -> usize {
        self.grants.len()
    }

    /// What the grants that stand open together.
    pub(super) fn opened(&self) -> Scopes {
        self.grants.iter().fold(0, |all, grant| all | grant.scopes)
    }

    /// Whether an event can happen here. One reading waits at a time.
    pub(super) fn can(&self, event: Event) -> bool {
        if event.yes(WORK | REVIEWS).is_some() {
            return self.grants.len() < MOST && self.question().and_then(|asked| event.yes(asked)).is_some();
        }
        match event {
            Event::Look | Event::Deny => self.question().is_some(),
            Event::Revoke => !self.grants.is_empty(),
            Event::Open => !self.open,
            Event::Ask | Event::ReadWork | Event::ReadBoth | Event::ReadSums | Event::Poll => {
                let mut then = self.clone();
                let free = self.waiting.is_none();
                let waits = then.happen(event).reply.is_none() && event != Event::Ask;
                then.questions.len() <= MOST && (free || !waits)
            }
            _ => true,
        }
    }

    /// Lets an event happen.
    pub(super) fn happen(&mut self, event: Event) -> Effect {
        let mut effect = Effect::default();
        let mut over = None;
        let was_open = self.open;
        match event {
            Event::Ask => {
                if !self.open {
                    (self.answered, self.refused) = (0, BTreeSet::new());
                }
                self.ask(DECLARED);
            }
            Event::Open => self.open = true,
            Event::Look | Event::LateYes => {}
            Event::AllowOnce | Event::AllowUntil | Event::NarrowOnce | Event::NarrowUntil | Event::Sums => {
                over = Some(1);
                self.allow(event);
            }
            Event::Deny => {
                over = Some(1);
                self.end_question();
            }
            Event::QuestionTime | Event::GrantTime => {
                over = Some(self.questions.len());
                while !self.questions.is_empty() {
                    self.end_question();
                }
                if event == Event::GrantTime {
                    self.end_grants(|grant| !grant.once);
                }
            }
            Event::Revoke => {
                let newest = self.grants.remove(0);
                self.answered |= newest.scopes;
            }
            Event::Close | Event::Lock | Event::Switch => {
                over = Some(self.questions.len());
                self.forget();
            }
            Event::ReadWork | Event::ReadBoth | Event::ReadSums | Event::Poll => {
                effect.reply = self.read(event);
            }
        }
        let closed = was_open && !self.open;
        effect.waited = self.wake(event, over.unwrap_or(0), closed);
        effect
    }

    fn ask(&mut self, wanted: Scopes) -> Asked {
        let settled = self
            .grants
            .iter()
            .fold(0, |all, grant| all | grant.scopes | grant.asked);
        let open = wanted & !settled & !self.answered;
        self.answered |= wanted & settled;
        let refused = self.refused.iter().any(|refused| refused & !wanted == 0);
        if open == 0 || refused {
            return Asked::Settled;
        }
        let same = self.questions.iter().position(|asked| open & !asked == 0);
        Asked::Question(same.unwrap_or_else(|| {
            self.questions.push(open);
            self.questions.len() - 1
        }))
    }

    fn allow(&mut self, event: Event) {
        let asked = self.questions.remove(0);
        if let Some((scopes, once)) = event.yes(asked) {
            self.grants.insert(0, Held { scopes, asked, once });
        }
        self.answered |= asked;
    }

    /// No, or no answer in time.
    fn end_question(&mut self) {
        let asked = self.questions.remove(0);
        self.answered |= asked;
        self.refused.insert(asked);
    }

    fn end_grants(&mut self, which: impl Fn(&Held) -> bool) {
        for grant in self.grants.iter().filter(|grant| which(grant)) {
            self.answered |= grant.scopes;
        }
        self.grants.retain(|grant| !which(grant));
    }

    /// The opening is over.
    fn forget(&mut self) {
        self.grants.retain(|grant| !grant.once);
        self.questions.clear();
        self.refused.clear();
        (self.answered, self.open) = (0, false);
    }

    fn covers(&self, wanted: Scopes) -> bool {
        wanted & !self.opened() == 0
    }

    fn read(&mut self, event: Event) -> Option<Reply> {
        let wants = event.reads()?;
        let question = match self.ask(wants) {
            Asked::Question(at) => Some(at),
            Asked::Settled if !self.covers(wants) => return Some(Reply::Denied),
            Asked::Settled if event == Event::Poll => None,
            Asked::Settled => return Some(Reply::Shared),
        };
        let in_opening = self.open;
        self.waiting.get_or_insert(Waiting {
            wants,
            question,
            poll: event == Event::Poll,
            in_opening,
        });
        None
    }

    /// What the reading that waits gets after an event that ended the `over` oldest questions.
    fn wake(&mut self, event: Event, over: usize, closed: bool) -> Option<Reply> {
        let waiting = self.waiting?;
        let may_read = self.covers(waiting.wants) && !(closed && waiting.in_opening);
        let (question, reply) = match waiting.question {
            _ if event == Event::Lock => (None, Some(Reply::Locked)),
            Some(at) if at >= over => (Some(at - over), None),
            _ if !may_read => (None, Some(Reply::Denied)),
            _ if waiting.poll => (None, None),
            _ => (None, Some(Reply::Shared)),
        };
        self.waiting = reply.is_none().then_some(Waiting { question, ..waiting });
        reply
    }
}
