//! Apps, grants and their receipts. Consent does not travel: an app waits for the person's look, and a grant comes back as history.

use openplatform::manifest::Manifest;
use time::OffsetDateTime;
use url::Url;
use vault_store::{
    Tx, app_config,
    apps::{self, App, AppKind, AppState},
    disclosures::DisclosureKind,
    grants::{self, Grant, GrantState},
    receipts::{self, SignedReceipt},
};

use super::Bringing;
use crate::{
    VaultError,
    apps::{MOST_KEPT, fresh_token},
    backpack::{
        BackpackError,
        wire::{AppEntry, AppTokens, ReceiptEntry},
    },
    disclosure::{append_log, log_entry, tell_logged},
};

/// Grants written at once.
const BATCH: usize = 500;

impl Bringing<'_> {
    /// Apps that were installed from the web and are not installed here. An included app is already here, or comes with the program; the
    /// files of a packaged one do not travel.
    pub(super) fn apps(&self) -> Result<u64, BackpackError> {
        let mut added = 0;
        for entry in &self.inspection.apps {
            let tokens = self.inspection.app_tokens.get(&entry.id.to_string());
            let Some(app) = arriving(entry, tokens) else {
                continue;
            };
            let config = kept(entry);
            added += u64::from(
                self.write(move |turn| turn.space.db.write(|tx| put(tx, &app, config.as_deref())))?,
            );
        }
        for entry in &self.inspection.apps {
            if let (AppKind::Included, Some(config)) = (entry.kind, kept(entry)) {
                let name = entry.app.clone();
                self.write(move |turn| turn.space.db.write(|tx| keep_for(tx, &name, &config)))?;
            }
        }
        Ok(added)
    }

    /// Receipts of grants that the space has, as they were signed.
    pub(super) fn receipts(&self) -> Result<(), BackpackError> {
        let packer = &self.inspection.report.manifest.signing_key;
        for batch in self.inspection.receipts.chunks(BATCH) {
            let (batch, packer) = (batch.to_vec(), packer.clone());
            self.write(move |turn| {
                let own = turn.signer()?.public_key_pem().to_owned();
                turn.space.db.write(|tx| {
                    for entry in batch {
                        put_receipt(tx, entry, &packer, &own)?;
                    }
                    Ok::<_, VaultError>(())
                })
            })?;
        }
        Ok(())
    }

    /// Grants that the space does not know, ended.
    pub(super) fn grants(&self) -> Result<u64, BackpackError> {
        let mut added = 0;
        for batch in self.inspection.grants.chunks(BATCH) {
            let batch = batch.to_vec();
            added += self.write(move |turn| {
                let now = turn.now();
                let added = turn.space.db.write(|tx| {
                    let mut added = 0;
                    for grant in batch {
                        added += u64::from(put_grant(tx, grant, now)?);
                    }
                    Ok::<_, VaultError>(added)
                })?;
                tell_logged(turn);
                Ok(added)
            })?;
        }
        Ok(added)
    }
}

/// What an app keeps, if it may keep as much.
fn kept(entry: &AppEntry) -> Option<String> {
    entry.config.clone().filter(|config| config.len() <= MOST_KEPT)
}

/// An app as it arrives: its address is worked out anew from its manifest, and its tokens are new unless they came along.
fn arriving(entry: &AppEntry, tokens: Option<&AppTokens>) -> Option<App> {
    if entry.kind != AppKind::Hosted {
        return None;
    }
    let manifest = Manifest::parse(entry.manifest.as_bytes()).ok()?;
    let url = Url::parse(&entry.manifest_url).ok()?;
    let address = manifest.resolve(&url).ok()?;
    let came = |token: Option<&crate::backpack::wire::Secret>| token.map(|token| token.0.clone());
    Some(App {
        id: entry.id,
        app: url.to_string(),
        name: manifest.name,
        manifest_url: url.to_string(),
        manifest: entry.manifest.clone(),
        origin: address.origin().to_string(),
        kind: AppKind::Hosted,
        account: entry.account.clone(),
        verify_token: came(tokens.map(|tokens| &tokens.verify_token)).unwrap_or_else(fresh_token),
        service_token: came(tokens.and_then(|tokens| tokens.service_token.as_ref()))
            .or_else(|| Some(fresh_token())),
        rev: entry.rev,
        state: AppState::Review,
        created_at: entry.created_at,
        last_opened_at: entry.last_opened_at,
        key_pin: entry.key_pin.clone(),
        offered: String::new(),
        offered_key: String::new(),
        declined: String::new(),
    })
}

fn put(tx: &Tx<'_>, app: &App, config: Option<&str>) -> Result<bool, VaultError> {
    let known = apps::list(tx)?;
    if known
        .iter()
        .any(|known| known.id == app.id || known.app == app.app)
    {
        return Ok(false);
    }
    apps::put(tx, app)?;
    if let Some(config) = config {
        app_config::set(tx, app.id, config)?;
    }
    Ok(true)
}

/// What an included app kept, for the one that is here, unless that keeps something.
fn keep_for(tx: &Tx<'_>, name: &str, config: &str) -> Result<(), VaultError> {
    let known = apps::list(tx)?;
    let here = known
        .iter()
        .find(|app| app.kind == AppKind::Included && app.app == name);
    if let Some(app) = here.filter(|app| matches!(app_config::get(tx, app.id), Ok(None))) {
        app_config::set(tx, app.id, config)?;
    }
    Ok(())
}

fn put_receipt(tx: &Tx<'_>, entry: ReceiptEntry, packer: &str, own: &str) -> Result<(), VaultError> {
    if grants::get(tx, entry.grant)?.is_none() {
        return Ok(());
    }
    let key = entry.signing_key.unwrap_or_else(|| packer.to_owned());
    let receipt = SignedReceipt {
        grant: entry.grant,
        at: entry.at,
        jws: entry.jws,
        signing_key: if key == own { String::new() } else { key },
    };
    receipts::insert(tx, &receipt)?;
    Ok(())
}

fn put_grant(tx: &Tx<'_>, grant: Grant, now: OffsetDateTime) -> Result<bool, VaultError> {
    if grants::get(tx, grant.id)?.is_some() {
        return Ok(false);
    }
    if grant.state != GrantState::Live {
        grants::insert(tx, &grant)?;
        return Ok(true);
    }
    let ended = Grant {
        state: GrantState::Revoked,
        ended_at: Some(now),
        ..grant
    };
    grants::insert(tx, &ended)?;
    let mut entry = log_entry(now, DisclosureKind::Revoked, &ended.recipient, ended.face);
    entry.scopes.clone_from(&ended.scopes);
    entry.grant = Some(ended.id);
    entry.reason = "restored".to_owned();
    entry.text = "Came back with a backpack, as history only".to_owned();
    append_log(tx, entry)?;
    Ok(true)
}
