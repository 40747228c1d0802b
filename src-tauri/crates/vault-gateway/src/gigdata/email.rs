//! The page behind a mail that asks whether an address is the person's. Opening it changes nothing: whoever looks through mails for viruses
//! opens links as well (spec 12: S5). A form on it decides, once.

use axum::{
    http::{Method, StatusCode, header},
    response::Response,
};
use gigdata::api::{Guid, ValidateEmail};
use url::form_urlencoded;
use vault_connect::{Connect, ConnectError, MailError};
use vault_core::{
    SpaceHandle, VaultError,
    addresses::{OpenedPrompt, PromptOutcome},
};

use super::{access::connected, bad_request, ok, pages};
use crate::{
    Shared,
    access::readable,
    guard::Passed,
    reply::{forbidden_origin, locked, reply},
};

/// The form behind the link of a mail.
const FORM: &str = "/gigdata/verify-email";

/// `/gigdata/verify-email`: a page for people.
pub(super) async fn page(shared: &Shared, passed: &Passed) -> Response {
    if passed.is_of_another_than(&shared.base()) {
        return forbidden_origin();
    }
    let said = Said::read(passed);
    let found = prompt(passed, said.prompt.as_deref()).await;
    let (space, opened, link) = match found {
        Ok(found) => found,
        Err(VaultError::Locked) => return locked(),
        Err(_) => return shared.failed(pages::trouble(StatusCode::NOT_FOUND, UNKNOWN)),
    };
    if let Some(outcome) = opened.outcome {
        return pages::trouble(StatusCode::BAD_REQUEST, over(outcome));
    }
    let accept = match (&passed.method, said.answer) {
        (&Method::POST, Some(accept)) => accept,
        _ => return pages::verify(FORM, &link, &opened.asker, &opened.address),
    };
    match space.answer_prompt(&link, accept).await {
        // Somebody else may have answered in between.
        Ok(OpenedPrompt {
            outcome: Some(outcome),
            ..
        }) => pages::trouble(StatusCode::BAD_REQUEST, over(outcome)),
        Ok(_) => pages::answered(accept, &opened.asker),
        Err(VaultError::Locked) => locked(),
        Err(_) => shared.failed(pages::trouble(StatusCode::NOT_FOUND, UNKNOWN)),
    }
}

/// `/api/EmailValidation/callback`: upstream's address. GET says whether it could be answered; POST decides (spec 2.2, 7).
pub(super) async fn callback(shared: &Shared, passed: &Passed) -> Response {
    if passed.is_of_another_than(&shared.base()) {
        return forbidden_origin();
    }
    let said = Said::read(passed);
    let plain = |status| reply(status, "text/plain", "");
    let answered = match prompt(passed, said.prompt.as_deref()).await {
        Ok((_, opened, _)) if opened.outcome.is_some() => return plain(StatusCode::BAD_REQUEST),
        Ok((_, opened, link)) if passed.method != Method::POST => {
            return pages::verify(FORM, &link, &opened.asker, &opened.address);
        }
        Ok((space, _, link)) => match said.answer {
            Some(accept) => space.answer_prompt(&link, accept).await,
            None => return plain(StatusCode::BAD_REQUEST),
        },
        Err(error) => Err(error),
    };
    match answered {
        Ok(opened) if opened.outcome.is_none() => plain(StatusCode::OK),
        Ok(_) => plain(StatusCode::BAD_REQUEST),
        Err(VaultError::Locked) => locked(),
        Err(_) => shared.failed(plain(StatusCode::NOT_FOUND)),
    }
}

/// `POST EmailValidation/validate-email`. An app learns nothing about an address: neither bundle of this face holds one (architecture 1a). A mail
/// goes only to an address that the person named here themselves, so that no app writes to strangers in the person's name.
pub(super) async fn validate(shared: &Shared, passed: &Passed) -> Response {
    let asker = match connected(shared, passed).await {
        Ok(asker) => asker,
        Err(refusal) => return refusal,
    };
    let wanted = match ValidateEmail::read(&passed.body) {
        Ok(wanted) => wanted,
        Err(bad) => return readable(passed, bad_request(bad)),
    };
    let own = Guid::parse(&asker.consumer.to_string()) == Some(wanted.application);
    let mailed = async {
        let app = asker.space.consumer(asker.consumer).await?.name;
        if own && asker.space.names_address(&wanted.address).await? {
            Connect::new()?
                .mail_for_app(&asker.space, &app, &wanted.address)
                .await?;
        }
        Ok::<_, ConnectError>(())
    };
    match mailed.await {
        Err(ConnectError::Vault(VaultError::Locked)) => return locked(),
        // Whether a mail could be sent, or was a moment ago, is between the person and their server.
        Err(error @ ConnectError::Mail(MailError::NoServer)) => tracing::debug!(%error, "no mail for an app"),
        Err(error) => tracing::info!(%error, "no mail for an app"),
        Ok(()) => {}
    }
    readable(passed, ok(&"AwaitingVerification"))
}

const UNKNOWN: &str = "Satchel does not know this link. Open the newest e-mail.";

/// Why a link cannot be answered any more.
fn over(outcome: PromptOutcome) -> &'static str {
    match outcome {
        PromptOutcome::Accepted => "You have said yes already. Nothing is left to do.",
        PromptOutcome::Declined => "You have said no already. Nothing was connected.",
        PromptOutcome::Superseded => "A newer e-mail took the place of this one. Open the link in that.",
        PromptOutcome::Expired => "This link was good for 48 hours. Send the e-mail again in Satchel.",
        PromptOutcome::Guessed => "A wrong code was typed too often. Send the e-mail again in Satchel.",
    }
}

async fn prompt(
    passed: &Passed,
    link: Option<&str>,
) -> Result<(SpaceHandle, OpenedPrompt, String), VaultError> {
    let link = link.ok_or(VaultError::NoSuch("prompt"))?;
    let space = passed.vault.space_of_prompt(link).await?;
    let opened = space.prompt(link).await?;
    Ok((space, opened, link.to_owned()))
}

/// What a request says: in its address, or in the body of a form.
struct Said {
    prompt: Option<String>,
    answer: Option<bool>,
}

impl Said {
    fn read(passed: &Passed) -> Self {
        let is_form = passed
            .headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
        let body: &[u8] = if is_form { &passed.body } else { b"" };
        let query = passed.uri.query().unwrap_or_default().as_bytes();
        let mut said = Self {
            prompt: None,
            answer: None,
        };
        for (name, value) in form_urlencoded::parse(query).chain(form_urlencoded::parse(body)) {
            match name.to_ascii_lowercase().as_str() {
                // A GUID and nothing longer is looked up.
                "prompt_id" if value.len() <= 64 => said.prompt = Some(value.into_owned()),
                "accept" | "answer" => {
                    said.answer = match value.to_ascii_lowercase().as_str() {
                        "true" | "yes" => Some(true),
                        "false" | "no" => Some(false),
                        _ => None,
                    };
                }
                _ => {}
            }
        }
        said
    }
}
