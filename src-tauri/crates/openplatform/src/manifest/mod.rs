//! `openplatform.json`: what an app says about itself and what it asks for.
//!
//! Fields, defaults and clips are those of versions 4.3 to 4.9 (specification 1.1); what only other versions know is read
//! as well, so that an app of any age can be shown and judged. One member is this vault's own: [`VaultRequest`].

mod address;
mod diff;
mod error;
mod examine;
mod hosts;
mod icon;
mod parse;
mod protocol;
mod reader;
mod secrets;
#[cfg(test)]
mod tests;
mod vault;

pub use address::{AddressError, AppAddress, Transport};
pub use diff::{Change, Effect, ManifestDiff};
pub use error::ManifestError;
pub use examine::{Examination, Remark};
pub use icon::Icon;
pub use protocol::{Because, Protocol};
pub use secrets::SharedSecrets;
pub use vault::{MAX_SCOPES, MAX_WORDS, ScopeRequest, VaultRequest};

/// Largest manifest that is read, in bytes.
pub const MAX_MANIFEST_BYTES: usize = 256 * 1024;
/// Deepest nesting of arrays and objects in a manifest. Real ones need three levels.
pub const MAX_DEPTH: usize = 8;
/// Most entries in any list or object of a manifest.
pub const MAX_ENTRIES: usize = 200;

/// A manifest that was read and found well-formed. Nothing in it is believed: it is what the app *says*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Name, at most 30 characters. The only field that must be there.
    pub name: String,
    /// Title, where the app has another one for windows, at most 60 characters.
    pub title: Option<String>,
    /// Frame URL as written, byte for byte: the app's server compares it. See [`Manifest::resolve`].
    pub url: Option<String>,
    /// Version, at most 20 characters, possibly empty.
    pub version: String,
    /// Description, at most 100 characters, possibly empty.
    pub description: String,
    /// Author, at most 50 characters, possibly empty.
    pub author: String,
    /// Contact, at most 120 characters, possibly empty.
    pub email: String,
    /// Icon, in any of the forms of specification 1.2.
    pub icon: Icon,
    /// Colour as `#RGB`, `#RRGGBB` or `#RRGGBBAA`; absent when the manifest has another form.
    pub color: Option<String>,
    /// Roles that the app knows (P2 to P4).
    pub roles: Vec<String>,
    /// Groups that the app knows (P2 to 4.2).
    pub groups: Vec<String>,
    /// Permissions that the app knows (P5's replacement of roles); where there are any, `admin` is one, as upstream's host adds it.
    pub permissions: Vec<Permission>,
    /// Addresses of the app's servers: `origin` and P5's `allow`, as written.
    pub server_addresses: Vec<String>,
    /// `reqtoken` and `restoken` of P5, if there.
    pub shared_secrets: SharedSecrets,
    /// `type`, such as files or invoices, at most 30 characters, possibly empty.
    pub kind: String,
    /// Wanted window size in CSS pixels; 0 stands for about 80 % of the screen.
    pub width: u32,
    /// See [`Manifest::width`].
    pub height: u32,
    /// The window may be resized.
    pub resize: bool,
    /// Usable on a small screen.
    pub responsive: bool,
    /// Wants a menu button that sends the event `menu`.
    pub mobile_menu: bool,
    /// May be photographed by the host.
    pub allow_screenshots: bool,
    /// `allowreadprofile`; absent means basic (specification 5.2).
    pub profile: ProfileAccess,
    /// `allowreadusers`; absent means none (specification 5.3).
    pub users: UsersAccess,
    /// `allowreadapps`; absent means none (specification 5.4).
    pub apps: AppsAccess,
    /// `allowreadmeta`. Upstream takes an absent one for yes; here it stays absent, so that nothing is asked for unsaid.
    pub meta: Option<bool>,
    /// `allownotifications`: true only if literally true.
    pub notifications: bool,
    /// `allowmail`.
    pub mail: bool,
    /// `allowsms`.
    pub sms: bool,
    /// `allowguestuser` or `guestuser`.
    pub guest: bool,
    /// `serververify` or its older name `serverside`: the page passes the verify URL to its server and reads no profile.
    pub server_verify: bool,
    /// Services that other apps may call: name and URL.
    pub services: Vec<(String, String)>,
    /// Settings that the person fills in: key and type.
    pub settings: Vec<(String, SettingKind)>,
    /// A second id, at most 40 characters, possibly empty.
    pub reference: String,
    /// Markdown for people, possibly empty.
    pub readme: String,
    /// Addresses of hosts that the app accepts (`openplatform`, specification 1.4); empty accepts all.
    pub hosts: Vec<String>,
    /// Text that other apps may read, possibly empty.
    pub custom: String,
    /// What the app asks of this vault beyond the flags above.
    pub vault: VaultRequest,
}

/// `allowreadprofile`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProfileAccess {
    /// 0: no profile.
    None,
    /// 1: everything but e-mail and phone.
    Basic,
    /// 2: e-mail and phone as well.
    Contact,
}

/// `allowreadusers`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsersAccess {
    /// 0: nobody.
    None,
    /// 1: all people, basic.
    AllBasic,
    /// 2: all people, with e-mail and phone.
    AllFull,
    /// 3: people who use this app, basic.
    OwnBasic,
    /// 4: people who use this app, with e-mail and phone.
    OwnFull,
}

/// `allowreadapps`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AppsAccess {
    /// 0: none.
    None,
    /// 1: what they are.
    Basic,
    /// 2: also where they are and what roles they know.
    Full,
}

/// Type of a setting that the person fills in (specification 5.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingKind {
    /// `string`, and whatever else a manifest may say.
    Text,
    /// `number`.
    Number,
    /// `boolean`.
    Boolean,
    /// `date`.
    Date,
}

/// A permission of P5.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// The value that the app's server gets.
    pub id: String,
    /// Words for people.
    pub name: String,
}
