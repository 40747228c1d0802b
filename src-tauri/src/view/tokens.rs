//! A token taken apart for its developer.

use serde::Serialize;
use specta::Type;
use vault_core::services::{TokenCheck as Check, TokenLook, Verdict as Told};

use super::time::stamp;

/// A token for trying out.
#[derive(Clone, Serialize, Type)]
pub(crate) struct TrialToken {
    pub(crate) token: String,
    pub(crate) until: String,
}

/// What there is to see of a token.
#[derive(Clone, Serialize, Type)]
pub(crate) struct TokenReport {
    /// The header as JSON; empty if it could not be read.
    header: String,
    claims: String,
    checks: Vec<TokenLine>,
    /// It says that it is for trying out.
    trial: bool,
    issued: Option<String>,
    expires: Option<String>,
}

/// A check and what came of it.
#[derive(Clone, Serialize, Type)]
pub(crate) struct TokenLine {
    check: TokenCheck,
    verdict: Verdict,
}

/// What is checked.
#[derive(Clone, Copy, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum TokenCheck {
    Form,
    Algorithm,
    Key,
    Signature,
    Issuer,
    Issued,
    Expiry,
    Audience,
    Purpose,
    Handed,
}

impl From<Check> for TokenCheck {
    fn from(check: Check) -> Self {
        match check {
            Check::Form => Self::Form,
            Check::Algorithm => Self::Algorithm,
            Check::Key => Self::Key,
            Check::Signature => Self::Signature,
            Check::Issuer => Self::Issuer,
            Check::Issued => Self::Issued,
            Check::Expiry => Self::Expiry,
            Check::Audience => Self::Audience,
            Check::Purpose => Self::Purpose,
            Check::Handed => Self::Handed,
        }
    }
}

/// What came of a check; untold when another one failed before it.
#[derive(Clone, Copy, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Verdict {
    Holds,
    Fails,
    Untold,
}

impl From<Told> for Verdict {
    fn from(told: Told) -> Self {
        match told {
            Told::Holds => Self::Holds,
            Told::Fails => Self::Fails,
            Told::Untold => Self::Untold,
        }
    }
}

impl From<TokenLook> for TokenReport {
    fn from(look: TokenLook) -> Self {
        let lines = look.checks.into_iter().map(|(check, verdict)| TokenLine {
            check: check.into(),
            verdict: verdict.into(),
        });
        Self {
            checks: lines.collect(),
            header: look.header,
            claims: look.claims,
            trial: look.trial,
            issued: look.issued_at.map(stamp),
            expires: look.expires_at.map(stamp),
        }
    }
}
