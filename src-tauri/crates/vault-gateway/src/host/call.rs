//! One call of an app's server, with all that has to hold before anything is looked up: the token works, the app speaks the profile of this
//! address, the chain of P5 holds, the server says what the person set for it.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::Response,
};
use openplatform::{
    errors::HostError,
    frame::{BaseUrl, ChainedEndpoint},
    manifest::Protocol,
    token::{AppToken, OriginToken, PresentedToken},
};
use url::form_urlencoded;
use vault_core::{SpaceHandle, apps::AppMetadata};
use vault_store::AppId;

use crate::{
    Shared,
    access::{access, readable},
    guard::Passed,
    reply::{json_reply, locked},
};

/// What P5's app servers prove themselves by.
const PROOF: HeaderName = HeaderName::from_static("x-token");
/// What the person set for the app's server, in both directions.
const ORIGIN: HeaderName = HeaderName::from_static("x-origin");

/// How an address takes its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// P2 to P4: `accesstoken`.
    Plain,
    /// P5: `token`, and a chain behind it.
    Chained(ChainedEndpoint),
}

/// A call that may be answered.
pub(super) struct Call {
    pub(super) space: SpaceHandle,
    pub(super) app: AppId,
    pub(super) token: AppToken,
    pub(super) base: BaseUrl,
    /// Whether the server has proven itself; one that has no secret for that has.
    pub(super) proven: bool,
    form: Form,
    origin: Option<OriginToken>,
}

impl Call {
    /// Lets a call through, or answers it.
    pub(super) async fn of(shared: &Shared, passed: &Passed, form: Form) -> Result<Self, Response> {
        let refused = match form {
            Form::Plain => plain_refusal,
            Form::Chained(_) => chained_refusal,
        };
        let failed = || readable(passed, shared.failed(refused()));
        let query = passed.uri.query().unwrap_or_default();
        let text = presented(query, &passed.headers, form);
        let presented = text.as_deref().and_then(PresentedToken::new);
        let token = presented.as_ref().and_then(PresentedToken::as_app_token);
        let access = access(shared, passed, presented, refused).await?;
        let (true, Some(token)) = (access.works, token) else {
            return Err(failed());
        };
        let (space, app) = (access.space, access.app);
        let Ok(server) = space.app_server(app).await else {
            return Err(locked());
        };
        let Ok(base) = BaseUrl::new(&shared.base()) else {
            return Err(failed());
        };
        let (wire, proof) = (&server.wire, header(&passed.headers, &PROOF));
        let (fits, proven) = match form {
            Form::Plain => (wire.protocol != Protocol::P5, true),
            Form::Chained(endpoint) => {
                let address = base.chained_url(endpoint, &token);
                let sign = text
                    .as_deref()
                    .and_then(|text| text.split_once('~'))
                    .map(|(_, sign)| sign);
                let signed = endpoint != ChainedEndpoint::Verify
                    || wire.chain.is_signed(&address, sign.unwrap_or_default());
                let proven = wire.chain.is_proven(&address, proof);
                // A session says what is no secret to a server that proves nothing.
                let enough = proven || endpoint == ChainedEndpoint::Session;
                (wire.protocol == Protocol::P5 && signed && enough, proven)
            }
        };
        if !fits {
            return Err(failed());
        }
        let call = Self {
            space,
            app,
            token,
            base,
            proven,
            form,
            origin: server.origin,
        };
        let said = header(&passed.headers, &ORIGIN);
        if call.origin.as_ref().is_some_and(|origin| !origin.matches(said)) {
            let error = call.body(HostError::InvalidOrigin);
            let refusal = json_reply(StatusCode::UNAUTHORIZED, &error);
            return Err(readable(passed, shared.failed(refusal)));
        }
        Ok(call)
    }

    /// The body of an error in the form of this address.
    pub(super) fn body(&self, error: HostError) -> serde_json::Value {
        match self.form {
            Form::Plain => error.body(),
            Form::Chained(_) => error.chained_body(),
        }
    }

    /// A refusal in the form of this address.
    pub(super) fn refuse(&self, error: HostError) -> Response {
        json_reply(StatusCode::BAD_REQUEST, &self.body(error))
    }

    /// The answer with what every answer to an app's server carries.
    pub(super) fn finish(&self, passed: &Passed, response: Response) -> Response {
        let mut response = readable(passed, response);
        let origin = self
            .origin
            .as_ref()
            .map(|origin| HeaderValue::from_str(origin.expose()));
        if let Some(Ok(mut origin)) = origin {
            origin.set_sensitive(true);
            response.headers_mut().insert(ORIGIN, origin);
        }
        response
    }

    /// The answer with something of the person in it, and the note that it was sent.
    pub(super) fn hand_out(
        &self,
        shared: &Shared,
        passed: &Passed,
        told: AppMetadata,
        answer: impl FnOnce(&openplatform::metadata::Facts) -> serde_json::Value,
    ) -> Response {
        let disclosure = told.disclosure;
        let facts = told.into_facts(self.base.clone(), self.token.clone(), None);
        let response = self.finish(passed, json_reply(StatusCode::OK, &answer(&facts)));
        shared.outcomes.arrived(&self.space, disclosure);
        response
    }
}

/// The text that should be a token. P5 has other names for it at `/session/`, and takes it as a header at `/users/`.
fn presented(query: &str, headers: &HeaderMap, form: Form) -> Option<String> {
    let names: &[&str] = match form {
        Form::Plain => &["accesstoken"],
        Form::Chained(ChainedEndpoint::Verify | ChainedEndpoint::Notify | ChainedEndpoint::Users) => {
            &["token"]
        }
        Form::Chained(ChainedEndpoint::Session) => &["ssid", "openplatformid", "token", "session"],
    };
    let found = form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| names.contains(&name.as_ref()))
        .map(|(_, value)| value.into_owned());
    let by_header = form == Form::Chained(ChainedEndpoint::Users);
    found.or_else(|| header(headers, &PROOF).filter(|_| by_header).map(str::to_owned))
}

fn header<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// No token that works, in the form of P2 to P4.
fn plain_refusal() -> Response {
    json_reply(StatusCode::UNAUTHORIZED, &HostError::InvalidAccessToken.body())
}

/// The same in the form of P5.
fn chained_refusal() -> Response {
    json_reply(
        StatusCode::UNAUTHORIZED,
        &HostError::InvalidAccessToken.chained_body(),
    )
}
