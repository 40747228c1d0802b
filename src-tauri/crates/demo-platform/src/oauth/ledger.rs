//! What was asked, allowed and handed out: open questions, codes, tokens.

use std::{
    collections::{BTreeMap, HashMap},
    time::{Duration, Instant},
};

use subtle::ConstantTimeEq;

use super::{
    AuthorizeRequest,
    tokens::{Fingerprint, challenge_of, fresh},
};
use crate::{Account, Fault, Scope, platform::ActiveFault, scope::Scopes};

/// How long a page waits for its answer.
const PAGE_LIFE: Duration = Duration::from_secs(600);
/// How long a code can be redeemed (RFC 6749 section 4.1.2 allows ten minutes at most).
const CODE_LIFE: Duration = Duration::from_secs(60);
/// How long a code is remembered, so that a second use is noticed.
const CODE_MEMORY: Duration = Duration::from_secs(600);
/// Most open pages, codes and accesses; the oldest make room.
const MOST: usize = 1000;

/// An access that a person allowed: what all its tokens have in common.
#[derive(Clone, Debug)]
pub(crate) struct Access {
    pub(crate) account: &'static Account,
    pub(crate) client: String,
    pub(crate) scopes: Scopes,
}

/// Tokens that were handed out, each of them once.
pub(crate) struct Issued {
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
}

/// Why a code or a refresh token is worth nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InvalidGrant;

/// Why an access token does not open a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AccessRefused {
    /// Unknown, expired or revoked.
    Invalid,
    /// Good for other lists.
    TooNarrow,
}

/// How a code is redeemed.
pub(crate) struct Redemption<'r> {
    pub(crate) code: &'r str,
    pub(crate) client: &'r str,
    pub(crate) redirect: &'r str,
    pub(crate) verifier: &'r str,
}

#[derive(Debug)]
struct Page {
    request: AuthorizeRequest,
    opened: Instant,
}

#[derive(Debug)]
struct Code {
    access: Access,
    request: AuthorizeRequest,
    issued: Instant,
    /// The family of tokens that came of it.
    redeemed: Option<u64>,
    spent: bool,
}

#[derive(Debug)]
struct RefreshToken {
    family: u64,
    rotated: bool,
}

#[derive(Debug)]
struct AccessToken {
    family: u64,
    serial: u64,
    scopes: Scopes,
    first: bool,
    expires: Instant,
}

/// Everything the authorisation server remembers.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pages: HashMap<Fingerprint, Page>,
    codes: HashMap<Fingerprint, Code>,
    /// Live accesses by number. One that is revoked is gone, and its tokens with it.
    families: BTreeMap<u64, Access>,
    refresh: HashMap<Fingerprint, RefreshToken>,
    access: HashMap<Fingerprint, AccessToken>,
    serial: u64,
}

impl Ledger {
    /// Remembers a request while its page is open; the answer is the page's id.
    pub(crate) fn open_page(&mut self, request: AuthorizeRequest) -> String {
        self.pages.retain(|_, page| page.opened.elapsed() < PAGE_LIFE);
        make_room(&mut self.pages, |page| page.opened);
        let (id, fingerprint) = fresh();
        self.pages.insert(
            fingerprint,
            Page {
                request,
                opened: Instant::now(),
            },
        );
        id
    }

    /// The request of an open page.
    pub(crate) fn page(&self, id: &str) -> Option<&AuthorizeRequest> {
        let page = self.pages.get(&Fingerprint::of(id))?;
        (page.opened.elapsed() < PAGE_LIFE).then_some(&page.request)
    }

    /// Closes a page, which is answered once: of two answers at the same time one finds it closed.
    pub(crate) fn close_page(&mut self, id: &str) -> bool {
        self.pages.remove(&Fingerprint::of(id)).is_some()
    }

    /// Hands out a code for what the person allowed.
    pub(crate) fn issue_code(
        &mut self,
        request: AuthorizeRequest,
        account: &'static Account,
        scopes: Scopes,
    ) -> String {
        self.codes.retain(|_, code| code.issued.elapsed() < CODE_MEMORY);
        make_room(&mut self.codes, |code| code.issued);
        let (code, fingerprint) = fresh();
        let access = Access {
            account,
            client: request.client.clone(),
            scopes,
        };
        let issued = Instant::now();
        self.codes.insert(
            fingerprint,
            Code {
                access,
                request,
                issued,
                redeemed: None,
                spent: false,
            },
        );
        code
    }

    /// Turns a code into an access. A code works once; a second use ends what came of the first (RFC 6749 section 4.1.2). One that was tried
    /// with a wrong verifier is spent.
    pub(crate) fn redeem(&mut self, redemption: &Redemption<'_>) -> Result<(u64, Access), InvalidGrant> {
        let family = self.next_serial();
        let code = self
            .codes
            .get_mut(&Fingerprint::of(redemption.code))
            .ok_or(InvalidGrant)?;
        let first_use = !std::mem::replace(&mut code.spent, true);
        if !first_use {
            let redeemed = code.redeemed;
            self.end(redeemed);
            return Err(InvalidGrant);
        }
        if code.issued.elapsed() > CODE_LIFE || !code.answers(redemption) {
            return Err(InvalidGrant);
        }
        code.redeemed = Some(family);
        let access = code.access.clone();
        self.remember(family, access.clone());
        Ok((family, access))
    }

    /// The access that a refresh token belongs to.
    pub(crate) fn access_of(&self, token: &str) -> Option<&Access> {
        self.families
            .get(&self.refresh.get(&Fingerprint::of(token))?.family)
    }

    /// Takes a refresh token, which dies with it. One that was taken before ends the whole access: somebody has a copy (RFC 9700 section 4.14).
    pub(crate) fn rotate(&mut self, token: &str, client: &str) -> Result<u64, InvalidGrant> {
        let refresh = self
            .refresh
            .get_mut(&Fingerprint::of(token))
            .ok_or(InvalidGrant)?;
        let family = refresh.family;
        if self
            .families
            .get(&family)
            .is_none_or(|access| access.client != client)
        {
            return Err(InvalidGrant);
        }
        if std::mem::replace(&mut refresh.rotated, true) {
            self.end(Some(family));
            return Err(InvalidGrant);
        }
        Ok(family)
    }

    /// Hands out the tokens of an access.
    pub(crate) fn issue(&mut self, family: u64, scopes: Scopes, first: bool, life: Duration) -> Issued {
        let now = Instant::now();
        self.access.retain(|_, token| token.expires > now);
        let serial = self.next_serial();
        let ((access_token, access), (refresh_token, refresh)) = (fresh(), fresh());
        self.access.insert(
            access,
            AccessToken {
                family,
                serial,
                scopes,
                first,
                expires: now + life,
            },
        );
        self.refresh.insert(
            refresh,
            RefreshToken {
                family,
                rotated: false,
            },
        );
        Issued {
            access_token,
            refresh_token,
        }
    }

    /// Ends what a token stands for: a refresh token its whole access, an access token itself (RFC 7009 section 2.1).
    pub(crate) fn revoke(&mut self, token: &str, client: &str) {
        let fingerprint = Fingerprint::of(token);
        let family = self.refresh.get(&fingerprint).map(|refresh| refresh.family);
        let family = family.or_else(|| self.access.get(&fingerprint).map(|access| access.family));
        let Some(family) = family.filter(|family| {
            self.families
                .get(family)
                .is_some_and(|access| access.client == client)
        }) else {
            return;
        };
        if self.access.remove(&fingerprint).is_none() {
            self.end(Some(family));
        }
    }

    /// Whose data an access token opens.
    pub(crate) fn open(
        &mut self,
        token: &str,
        scope: Scope,
        active: ActiveFault,
    ) -> Result<&'static Account, AccessRefused> {
        let token = self
            .access
            .get(&Fingerprint::of(token))
            .ok_or(AccessRefused::Invalid)?;
        let family = token.family;
        if active.fault == Some(Fault::Revoked) {
            self.end(Some(family));
            return Err(AccessRefused::Invalid);
        }
        if token.expires <= Instant::now() || token.lapsed(active) {
            return Err(AccessRefused::Invalid);
        }
        let access = self.families.get(&family).ok_or(AccessRefused::Invalid)?;
        if token.scopes.contains(&scope) && !withheld(scope, active) {
            Ok(access.account)
        } else {
            Err(AccessRefused::TooNarrow)
        }
    }

    /// Ends an access and all its tokens.
    pub(crate) fn end(&mut self, family: Option<u64>) {
        let Some(family) = family else { return };
        self.families.remove(&family);
        self.access.retain(|_, token| token.family != family);
        self.refresh.retain(|_, token| token.family != family);
    }

    /// A number that was not given before.
    pub(crate) fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    fn remember(&mut self, family: u64, access: Access) {
        if self.families.len() >= MOST {
            let oldest = self.families.keys().next().copied();
            self.end(oldest);
        }
        self.families.insert(family, access);
    }
}

impl Code {
    fn answers(&self, redemption: &Redemption<'_>) -> bool {
        let challenge = challenge_of(redemption.verifier);
        let proved: bool = challenge
            .as_bytes()
            .ct_eq(self.request.challenge.as_bytes())
            .into();
        proved && self.access.client == redemption.client && self.request.redirect.is(redemption.redirect)
    }
}

impl AccessToken {
    /// Whether a fault makes the token count as expired.
    fn lapsed(&self, active: ActiveFault) -> bool {
        match active.fault {
            Some(Fault::ExpiredToken) => self.first || self.serial < active.since,
            Some(Fault::RefreshFails) => self.serial < active.since,
            _ => false,
        }
    }
}

/// What [`Fault::LessScope`] takes away.
pub(crate) fn withheld(scope: Scope, active: ActiveFault) -> bool {
    active.fault == Some(Fault::LessScope) && matches!(scope, Scope::Payments | Scope::Reviews)
}

/// Drops the oldest entry of a full map.
fn make_room<T>(map: &mut HashMap<Fingerprint, T>, age: impl Fn(&T) -> Instant) {
    if map.len() >= MOST {
        let oldest = map
            .iter()
            .min_by_key(|(_, value)| age(value))
            .map(|(key, _)| *key);
        oldest.and_then(|key| map.remove(&key));
    }
}
