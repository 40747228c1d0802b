//! The backgrounds that apps are told of, by the words of the setting.

use axum::{body::Body, http::StatusCode, response::Response};

use crate::reply::{for_everybody, reply};

/// A background.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Background {
    /// Fine threads.
    Linen,
    /// Soft curves.
    Waves,
    /// Dots in rows.
    Dots,
}

const LINEN: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8" fill="#f4f0ea"/><path d="M0 0h8M0 4h8" stroke="#e9e2d8"/><path d="M0 0v8M4 0v8" stroke="#ede7de"/></svg>"##;
const WAVES: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" width="96" height="24"><rect width="96" height="24" fill="#f4f0ea"/><path d="M0 12q24-12 48 0t48 0" fill="none" stroke="#e5dccf" stroke-width="2"/></svg>"##;
const DOTS: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><rect width="16" height="16" fill="#f4f0ea"/><circle cx="8" cy="8" r="1.5" fill="#dfd5c6"/></svg>"##;

impl Background {
    /// The background with a file name.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "linen.svg" => Some(Self::Linen),
            "waves.svg" => Some(Self::Waves),
            "dots.svg" => Some(Self::Dots),
            _ => None,
        }
    }

    pub(super) fn answer(self, head_only: bool) -> Response {
        let picture = match self {
            Self::Linen => LINEN,
            Self::Waves => WAVES,
            Self::Dots => DOTS,
        };
        let body = if head_only {
            Body::empty()
        } else {
            Body::from(picture)
        };
        for_everybody(reply(StatusCode::OK, "image/svg+xml", body))
    }
}
