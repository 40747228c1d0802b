//! What changed between two manifests of one app, and what of it an earlier yes does not cover.

use url::Url;

use super::{AppAddress, Icon, Manifest, ProfileAccess, ScopeRequest, UsersAccess};

/// The differences between a known manifest and a fetched one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ManifestDiff {
    /// In the order of the fields; empty when nothing that matters differs.
    pub changes: Vec<Change>,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The member, such as `allowreadprofile` or `vault.scopes`.
    pub path: &'static str,
    /// The value before, in words or as written; empty when there was none.
    pub before: String,
    /// The value after.
    pub after: String,
    /// What it means for what was agreed.
    pub effect: Effect,
}

/// What a change means for an earlier consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The app asks for more, for another purpose, from another place or with another key: the old yes does not cover it.
    Widens,
    /// The app asks for less. Nobody needs to be asked.
    Narrows,
    /// Neither.
    Neutral,
}

impl ManifestDiff {
    /// Whether any change needs a fresh yes.
    pub fn widens(&self) -> bool {
        self.changes.iter().any(|change| change.effect == Effect::Widens)
    }

    /// Whether there is any change.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    fn add(&mut self, path: &'static str, before: String, after: String, effect: Effect) {
        if before != after {
            self.changes.push(Change {
                path,
                before,
                after,
                effect,
            });
        }
    }

    /// A flag that opens something when set.
    fn flag(&mut self, path: &'static str, before: bool, after: bool) {
        let effect = if after { Effect::Widens } else { Effect::Narrows };
        self.add(path, before.to_string(), after.to_string(), effect);
    }

    fn neutral(&mut self, path: &'static str, before: &str, after: &str) {
        self.add(path, before.to_owned(), after.to_owned(), Effect::Neutral);
    }

    fn widening(&mut self, path: &'static str, before: &str, after: &str) {
        self.add(path, before.to_owned(), after.to_owned(), Effect::Widens);
    }
}

impl Manifest {
    /// Compares this manifest, which the person agreed to, with a newer one of the same app.
    ///
    /// Only what the manifest says is compared; [`AppAddress::change`] compares where the frame is.
    pub fn changes(&self, new: &Self) -> ManifestDiff {
        let mut diff = ManifestDiff::default();
        self.compare_words(new, &mut diff);
        self.compare_access(new, &mut diff);
        self.compare_vault(new, &mut diff);
        diff
    }

    fn compare_words(&self, new: &Self, diff: &mut ManifestDiff) {
        diff.neutral("name", &self.name, &new.name);
        diff.neutral("version", &self.version, &new.version);
        diff.neutral("author", &self.author, &new.author);
        diff.neutral("description", &self.description, &new.description);
        let words = |title: &Option<String>| title.clone().unwrap_or_default();
        diff.neutral("title", &words(&self.title), &words(&new.title));
        diff.neutral("email", &self.email, &new.email);
        diff.neutral("type", &self.kind, &new.kind);
        diff.neutral("icon", &icon(&self.icon), &icon(&new.icon));
        diff.neutral("roles", &self.roles.join(", "), &new.roles.join(", "));
        diff.neutral("permissions", &permissions(self), &permissions(new));
        diff.neutral("settings", &settings(self), &settings(new));
        diff.neutral("services", &services(self), &services(new));
        diff.neutral("openplatform", &self.hosts.join(", "), &new.hosts.join(", "));
        if self.readme != new.readme {
            diff.neutral("readme", "", "changed");
        }
        diff.flag("serververify", self.server_verify, new.server_verify);
    }

    fn compare_access(&self, new: &Self, diff: &mut ManifestDiff) {
        let profile = effect(new.profile > self.profile);
        diff.add(
            "allowreadprofile",
            profile_level(self.profile),
            profile_level(new.profile),
            profile,
        );
        let users = effect(users_widen(self.users, new.users));
        diff.add(
            "allowreadusers",
            users_level(self.users),
            users_level(new.users),
            users,
        );
        let apps = effect(new.apps > self.apps);
        diff.add(
            "allowreadapps",
            format!("{}", self.apps as u8),
            format!("{}", new.apps as u8),
            apps,
        );
        diff.flag("allowreadmeta", self.meta == Some(true), new.meta == Some(true));
        diff.flag("allownotifications", self.notifications, new.notifications);
        diff.flag("allowmail", self.mail, new.mail);
        diff.flag("allowsms", self.sms, new.sms);
        if self.shared_secrets != new.shared_secrets {
            diff.widening("reqtoken", "", "changed");
        }
    }

    fn compare_vault(&self, new: &Self, diff: &mut ManifestDiff) {
        diff.widening("vault.purpose", &self.vault.purpose, &new.vault.purpose);
        let privacy = |url: &Option<Url>| url.as_ref().map(ToString::to_string).unwrap_or_default();
        diff.neutral(
            "vault.privacy",
            &privacy(&self.vault.privacy),
            &privacy(&new.vault.privacy),
        );
        for after in &new.vault.scopes {
            let before = self
                .vault
                .scopes
                .iter()
                .find(|request| request.scope == after.scope);
            match before {
                Some(before) => compare_scope(before, after, diff),
                None => diff.add(
                    "vault.scopes",
                    String::new(),
                    after.scope.to_string(),
                    self.effect_of(after),
                ),
            }
        }
        for gone in &self.vault.scopes {
            if !new.vault.scopes.iter().any(|request| request.scope == gone.scope) {
                diff.add(
                    "vault.scopes",
                    gone.scope.to_string(),
                    String::new(),
                    Effect::Narrows,
                );
            }
        }
    }

    /// A scope that stands below one that was listed before asks for nothing more.
    fn effect_of(&self, added: &ScopeRequest) -> Effect {
        effect(
            !self
                .vault
                .scopes
                .iter()
                .any(|known| known.scope.covers(&added.scope)),
        )
    }
}

impl AppAddress {
    /// The change from this address to another, if it is one: a new origin is a new party.
    pub fn change(&self, new: &Self) -> Option<Change> {
        if self.origin() != new.origin() {
            let (before, after) = (self.origin().to_string(), new.origin().to_string());
            return Some(Change {
                path: "url",
                before,
                after,
                effect: Effect::Widens,
            });
        }
        let (before, after) = (self.url().to_owned(), new.url().to_owned());
        (before != after).then_some(Change {
            path: "url",
            before,
            after,
            effect: Effect::Neutral,
        })
    }
}

/// An embedded picture is told by its length: it says nothing in words.
fn icon(icon: &Icon) -> String {
    match icon {
        Icon::Address(text) | Icon::Symbol(text) => text.clone(),
        Icon::Embedded(data) => format!("a picture of {} characters", data.len()),
    }
}

fn permissions(manifest: &Manifest) -> String {
    let ids = manifest
        .permissions
        .iter()
        .map(|permission| permission.id.as_str());
    ids.collect::<Vec<_>>().join(", ")
}

fn settings(manifest: &Manifest) -> String {
    let keys = manifest.settings.iter().map(|(key, _)| key.as_str());
    keys.collect::<Vec<_>>().join(", ")
}

fn services(manifest: &Manifest) -> String {
    let all = manifest
        .services
        .iter()
        .map(|(name, url)| format!("{name}: {url}"));
    all.collect::<Vec<_>>().join(", ")
}

fn effect(widens: bool) -> Effect {
    if widens { Effect::Widens } else { Effect::Narrows }
}

fn compare_scope(before: &ScopeRequest, after: &ScopeRequest, diff: &mut ManifestDiff) {
    diff.flag("vault.scopes.required", before.required, after.required);
    diff.widening(
        "vault.scopes.explanation",
        &before.explanation,
        &after.explanation,
    );
}

fn profile_level(access: ProfileAccess) -> String {
    (access as u8).to_string()
}

fn users_level(access: UsersAccess) -> String {
    (access as u8).to_string()
}

/// The numbers of `allowreadusers` are no order: 3 and 4 show fewer people than 1 and 2, 2 and 4 more of each.
fn users_widen(before: UsersAccess, after: UsersAccess) -> bool {
    let (people_before, detail_before) = users_reach(before);
    let (people_after, detail_after) = users_reach(after);
    people_after > people_before || detail_after > detail_before
}

fn users_reach(access: UsersAccess) -> (u8, u8) {
    match access {
        UsersAccess::None => (0, 0),
        UsersAccess::OwnBasic => (1, 1),
        UsersAccess::OwnFull => (1, 2),
        UsersAccess::AllBasic => (2, 1),
        UsersAccess::AllFull => (2, 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn manifest(extra: Value) -> Manifest {
        let mut value = json!({"name": "a", "version": "1"});
        if let (Some(all), Some(more)) = (value.as_object_mut(), extra.as_object()) {
            all.extend(more.clone());
        }
        Manifest::parse(value.to_string().as_bytes()).unwrap()
    }

    fn diff(before: Value, after: Value) -> ManifestDiff {
        manifest(before).changes(&manifest(after))
    }

    #[test]
    fn the_same_is_no_change() {
        assert!(diff(json!({"allowreadprofile": 1}), json!({})).is_empty());
    }

    #[test]
    fn a_new_version_alone_widens_nothing() {
        let diff = diff(
            json!({"version": "1"}),
            json!({"version": "2", "description": "x"}),
        );
        assert_eq!(
            diff.changes.iter().map(|change| change.path).collect::<Vec<_>>(),
            ["version", "description"]
        );
        assert!(!diff.widens());
    }

    #[test]
    fn asking_for_more_widens() {
        for (before, after) in [
            (json!({"allowreadprofile": 0}), json!({})),
            (json!({"allowreadprofile": 1}), json!({"allowreadprofile": 2})),
            (json!({}), json!({"allowreadusers": 3})),
            (json!({"allowreadusers": 3}), json!({"allowreadusers": 1})),
            (json!({"allowreadusers": 1}), json!({"allowreadusers": 4})),
            (json!({}), json!({"allowreadapps": 1})),
            (json!({}), json!({"allowreadmeta": true})),
            (json!({}), json!({"allownotifications": true})),
            (json!({}), json!({"serververify": true})),
            (json!({"reqtoken": "a"}), json!({"reqtoken": "b"})),
            (
                json!({}),
                json!({"vault": {"scopes": [{"scope": "vault:reviews:get"}]}}),
            ),
            (
                json!({"vault": {"purpose": "a chart"}}),
                json!({"vault": {"purpose": "advertising"}}),
            ),
            (
                json!({"vault": {"scopes": [{"scope": "vault:reviews:get"}]}}),
                json!({"vault": {"scopes": [{"scope": "vault:reviews:get", "required": true}]}}),
            ),
            (
                json!({"vault": {"scopes": [{"scope": "vault:reviews:get", "explanation": "a"}]}}),
                json!({"vault": {"scopes": [{"scope": "vault:reviews:get", "explanation": "b"}]}}),
            ),
        ] {
            assert!(
                diff(before.clone(), after.clone()).widens(),
                "{before} -> {after}"
            );
        }
    }

    #[test]
    fn asking_for_less_does_not() {
        for (before, after) in [
            (json!({"allowreadprofile": 2}), json!({"allowreadprofile": 1})),
            (json!({"allowreadusers": 1}), json!({"allowreadusers": 3})),
            (json!({"allowreadusers": 2}), json!({"allowreadusers": 1})),
            (json!({"allownotifications": true}), json!({})),
            (
                json!({"vault": {"scopes": [{"scope": "vault:reviews:get"}]}}),
                json!({}),
            ),
            (
                json!({"vault": {"scopes": [{"scope": "vault:profile:get"}]}}),
                json!({"vault": {"scopes": [{"scope": "vault:profile.email:get"}]}}),
            ),
        ] {
            let diff = diff(before.clone(), after.clone());
            assert!(!diff.is_empty() && !diff.widens(), "{before} -> {after}");
        }
    }

    #[test]
    fn another_origin_widens_and_another_path_does_not() {
        let manifest_url = Url::parse("https://a.example/openplatform.json").unwrap();
        let at = |url: &str| manifest(json!({"url": url})).resolve(&manifest_url).unwrap();
        let home = at("https://a.example/");
        assert_eq!(home.change(&at("https://a.example/")), None);
        assert_eq!(
            home.change(&at("https://a.example/x")).unwrap().effect,
            Effect::Neutral
        );
        assert_eq!(
            home.change(&at("https://b.example/")).unwrap().effect,
            Effect::Widens
        );
        assert_eq!(
            home.change(&at("https://a.example:8443/")).unwrap().effect,
            Effect::Widens
        );
    }

    #[test]
    fn secrets_are_not_in_the_difference() {
        let diff = diff(json!({"reqtoken": "canary1"}), json!({"reqtoken": "canary2"}));
        assert!(!format!("{diff:?}").contains("canary"));
    }
}
