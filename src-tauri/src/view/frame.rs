//! The window of an app: what its strip says, and what the bridge does.

use serde::Serialize;
use specta::Type;
use vault_core::{apps::AppInfo, disclosure::identity_words};
use vault_store::apps::AppKind;

use super::{
    apps::{AppIcon, SeesTag, host, maker, monogram, network, sees},
    values::{Monogram, Theme},
};

/// What the strip says.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FrameInfo {
    name: String,
    maker: String,
    host: String,
    origin: String,
    monogram: Monogram,
    icon: AppIcon,
    identity_words: String,
    network: String,
    sees: Vec<SeesTag>,
    frame_url: String,
    theme: Theme,
    stitch: Vec<u8>,
    packaged: bool,
    /// Whether it got something that it can be asked to erase.
    can_erase: bool,
}

impl FrameInfo {
    /// `place` is the app's place in the list of apps; `origin` and `url` are those of its frame.
    pub(crate) fn new(
        app: &AppInfo,
        icon: AppIcon,
        place: usize,
        origin: String,
        url: String,
        theme: Theme,
        stitch: Vec<u8>,
    ) -> Self {
        Self {
            name: app.manifest.name.clone(),
            maker: maker(&app.manifest),
            host: host(app.kind, &app.origin),
            monogram: monogram(&app.manifest.name, place),
            icon,
            identity_words: identity_words(&app.identity),
            network: network(&app.destination),
            sees: sees(&app.sees),
            packaged: app.kind != AppKind::Hosted,
            can_erase: app.can_ask_to_erase,
            frame_url: url,
            origin,
            theme,
            stitch,
        }
    }
}

/// What a message of an app leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub(crate) enum FrameEffect {
    /// An answer for the frame.
    Post { json: String },
    /// The bar under the strip.
    Loading { show: bool, text: String },
    /// A line that says it comes from the app.
    Toast { text: String },
    /// The app wants to be closed.
    Close,
}
