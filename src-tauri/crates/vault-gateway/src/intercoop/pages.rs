//! Pages of this face. They tell what arrived by the names of its fields, never a value, and run nothing.

use axum::{body::Body, http::StatusCode, response::Response};
use vault_core::cooperatives::Arrived;

use crate::reply::{escaped, reply};

/// A page about this vault. Its descriptor names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    /// `about`.
    About,
    /// `privacy`.
    Privacy,
    /// `logo.svg`.
    Logo,
}

const LOGO: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 64\"><path fill=\"#A8431F\" d=\"M14 22h36l4 32H10z\"/>\
                    <path fill=\"none\" stroke=\"#A8431F\" stroke-width=\"4\" d=\"M24 22v-4a8 8 0 0 1 16 0v4\"/></svg>";

impl Page {
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "about" => Some(Self::About),
            "privacy" => Some(Self::Privacy),
            "logo.svg" => Some(Self::Logo),
            _ => None,
        }
    }
}

pub(super) fn answer(which: Page, head_only: bool) -> Response {
    let mut response = match which {
        Page::About => page(
            StatusCode::OK,
            "A Satchel vault",
            "<p>This is one person’s own data vault, on their own computer. It speaks Intercoop 1.0 with peers that the person has added.</p>",
        ),
        Page::Privacy => page(
            StatusCode::OK,
            "What becomes of what you send",
            "<p>It is kept encrypted on this computer and shown to its owner. What the owner does not keep is deleted after two weeks. \
             Nothing is passed on without the owner’s word.</p>",
        ),
        Page::Logo => reply(StatusCode::OK, "image/svg+xml", LOGO),
    };
    if head_only {
        *response.body_mut() = Body::empty();
    }
    response
}

/// What arrived.
pub(super) fn arrived(arrived: &Arrived) -> Response {
    let from = escaped(&arrived.from);
    if arrived.repeated {
        let words = format!("<p>What {from} sent had arrived before. It was not kept a second time.</p>");
        return page(StatusCode::OK, "This has arrived before", &words);
    }
    let fields: String = arrived
        .fields
        .iter()
        .map(|field| format!("<li>{}</li>", escaped(field)))
        .collect();
    let words = format!(
        "<p>{from} sent this to the vault. Its owner decides in Satchel whether to keep it.</p><ul>{fields}</ul>"
    );
    page(StatusCode::OK, "It has arrived", &words)
}

/// The page was opened, or its time is over.
pub(super) fn over() -> Response {
    page(
        StatusCode::NOT_FOUND,
        "This page can be opened once",
        "<p>It was opened already, or its time is over. Satchel shows what arrived.</p>",
    )
}

fn page(status: StatusCode, title: &str, words: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
         <body><main><h1>{title}</h1>{words}</main></body></html>"
    );
    reply(status, "text/html; charset=utf-8", html)
}
