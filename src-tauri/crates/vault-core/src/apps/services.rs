//! Services between apps: one app calls what another offers, by way of the host. It is a way out of the first, so the person has to have
//! opened it for this pair; then the other app hears whose account calls, by the ids that it knows itself.

use openplatform::{ids::WireId, manifest::Manifest, origin::is_loopback, token::OriginToken};
use url::Url;
use vault_store::{
    AppId, SecretValue, app_choices, app_status,
    apps::{self, App, AppKind},
};

use super::{
    admission::{get, stored_manifest},
    exits::Exit,
};
use crate::{SpaceHandle, VaultError, VaultEvent};

/// A service of an app, ready to be called.
pub struct AppService {
    /// The app that offers it.
    pub target: AppId,
    /// Where it is.
    pub url: Url,
    /// Whether it may be on this computer: only what an app of this computer offers is.
    pub loopback: bool,
    /// The parts of `X-OpenPlatform` behind the host's number: directory, verify token, account, service token (specification 5.10).
    /// Where nothing is set the part is empty.
    pub caller: [String; 4],
    /// `X-Origin` of the app that offers it.
    pub origin: Option<OriginToken>,
}

impl std::fmt::Debug for AppService {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("AppService")
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}

/// Why a service is not called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoService {
    /// The person did not open this way, or there is no such app: which of both is not said.
    NotAllowed,
    /// The app could not be reached last time.
    Offline,
    /// The app has no such service.
    Unknown,
    /// The service is at an address that is not called.
    Endpoint,
}

impl SpaceHandle {
    /// The service that an app wants to call, if the person opened this way. The call itself is [`SpaceHandle::exit_used`], before it is
    /// made. `app` is an id, a reference or a name, as upstream has it.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn app_service(
        &self,
        from: AppId,
        app: &str,
        service: &str,
    ) -> Result<Result<AppService, NoService>, VaultError> {
        let named = app.to_owned();
        let guest = self
            .write(move |turn| Ok(turn.questions.is_guest(turn.space.info.id, from)))
            .await?;
        let all = self.read(|db| Ok(db.read(apps::list)?)).await?;
        let Some(target) = all.iter().find(|app| goes_by(app, &named)).filter(|_| !guest) else {
            return Ok(Err(NoService::NotAllowed));
        };
        match self.exit_allowed(from, Exit::services(target.id)).await {
            Ok(true) => {}
            Ok(false) => {
                let (space, target) = (self.id(), target.id);
                self.vault().tell(VaultEvent::ServiceWanted {
                    space,
                    app: from,
                    target,
                });
                return Ok(Err(NoService::NotAllowed));
            }
            Err(VaultError::NoSuch(_)) => return Ok(Err(NoService::NotAllowed)),
            Err(error) => return Err(error),
        }
        let (id, service) = (target.id, service.to_owned());
        self.write(move |turn| {
            let app = get(turn, id)?;
            let (choices, status) = turn.space.db.read(|view| {
                Ok::<_, VaultError>((app_choices::get(view, id)?, app_status::get(view, id)?))
            })?;
            if status.offline_since.is_some() {
                return Ok(Err(NoService::Offline));
            }
            let manifest = stored_manifest(&app)?;
            let Some((_, address)) = manifest.services.iter().find(|(name, _)| *name == service) else {
                return Ok(Err(NoService::Unknown));
            };
            let Some((url, loopback)) = endpoint(&app, address) else {
                return Ok(Err(NoService::Endpoint));
            };
            Ok(Ok(AppService {
                target: id,
                url,
                loopback,
                caller: [
                    String::new(),
                    text(Some(&app.verify_token)),
                    app.account.clone(),
                    text(app.service_token.as_ref()),
                ],
                origin: choices
                    .origin_token
                    .as_ref()
                    .and_then(SecretValue::expose_str)
                    .filter(|text| !text.is_empty())
                    .map(|text| OriginToken::new(text.to_owned())),
            }))
        })
        .await
    }
}

fn text(secret: Option<&SecretValue>) -> String {
    secret
        .and_then(SecretValue::expose_str)
        .unwrap_or_default()
        .to_owned()
}

fn goes_by(app: &App, named: &str) -> bool {
    let id = WireId::new(&app.id.to_string()).ok();
    let reference = || Manifest::parse(app.manifest.as_bytes()).map(|manifest| manifest.reference);
    id.is_some_and(|id| id.as_str() == named)
        || app.name.eq_ignore_ascii_case(named)
        || reference().is_ok_and(|reference| !reference.is_empty() && reference == named)
}

/// Where a service is called: https, or this computer for an app that is there itself. What an app of the internet names on this computer
/// is nothing of its own.
fn endpoint(app: &App, address: &str) -> Option<(Url, bool)> {
    if app.kind != AppKind::Hosted {
        return None;
    }
    let url = Url::parse(&app.manifest_url).ok()?.join(address).ok()?;
    let at_home = Url::parse(&app.origin).is_ok_and(|origin| is_loopback(&origin));
    let local = is_loopback(&url);
    let plain = url.username().is_empty() && url.password().is_none();
    let allowed = if local {
        at_home && matches!(url.scheme(), "http" | "https")
    } else {
        url.scheme() == "https"
    };
    (plain && allowed).then_some((url, local))
}
