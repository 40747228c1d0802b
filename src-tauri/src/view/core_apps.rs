//! Applications of Rokwire Core that were admitted, and the settings that they are served.

use serde::{Deserialize, Serialize};
use specta::Type;
use time::OffsetDateTime;
use vault_core::{
    VaultError,
    core_apps::{
        AppConfig, AppType, BuildInfo, CoreAppInfo, NewAppType, NewCoreApp, Reach, SessionPolicy,
        YearlyMoment, system_of,
    },
    services::ServiceInfo,
};
use vault_store::connections::{Connection, ConnectionWay};

use super::{activity::GrantRow, apps::monogram, time::stamp, values::Monogram};

/// An application in the list.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CoreAppRow {
    id: String,
    name: String,
    code: String,
    monogram: Monogram,
    /// The identifiers of its builds.
    builds: Vec<String>,
    /// What services of it see, a line for each permission.
    sees: Vec<String>,
}

impl CoreAppRow {
    pub(crate) fn new(info: &CoreAppInfo, place: usize) -> Self {
        Self {
            id: info.app.id.to_string(),
            name: info.app.name.clone(),
            code: info.app.code.clone(),
            monogram: monogram(&info.app.name, place),
            builds: info.types.iter().map(|build| build.identifier.clone()).collect(),
            sees: info.sees.iter().map(|view| view.words.clone()).collect(),
        }
    }
}

/// A build of an application.
#[derive(Clone, Deserialize, Type)]
pub(crate) struct CoreBuild {
    identifier: String,
    name: String,
    versions: Vec<String>,
}

/// A build in the space that is looked at.
#[derive(Clone, Serialize, Type)]
pub(crate) struct CoreBuildHere {
    identifier: String,
    name: String,
    versions: Vec<String>,
    /// It may ask for what the person has.
    unlock: bool,
    /// It may be used without a profile, where the application may.
    anonymous: bool,
    /// The connections by whose accounts it knows the person.
    providers: Vec<CoreProvider>,
}

impl CoreBuildHere {
    fn new(build: &AppType, here: &BuildInfo) -> Self {
        let providers = here.providers.iter().map(|one| CoreProvider {
            id: one.connection.id.to_string(),
            name: one.connection.name.clone(),
            account: one.connection.account.clone(),
            system: one.system.clone(),
        });
        Self {
            identifier: build.identifier.clone(),
            name: build.name.clone(),
            versions: build.versions.clone(),
            unlock: here.logins.unlock,
            anonymous: here.logins.anonymous,
            providers: providers.collect(),
        }
    }
}

/// A connection that a build knows the person by, or could.
#[derive(Clone, Serialize, Type)]
pub(crate) struct CoreProvider {
    /// The id of the connection.
    id: String,
    name: String,
    /// The name of the account; empty if the connection knows none.
    account: String,
    /// What it is called where services ask for it.
    system: String,
}

impl CoreProvider {
    /// The connection as one that a build could know the person by; `None` for what is no account at a platform.
    pub(crate) fn of(connection: &Connection) -> Option<Self> {
        if connection.way == ConnectionWay::Own {
            return None;
        }
        Some(Self {
            id: connection.id.to_string(),
            name: connection.name.clone(),
            account: connection.account.clone(),
            system: system_of(&connection.platform)?,
        })
    }
}

/// How long sessions without a profile last.
#[derive(Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CoreSessions {
    /// More than so many end the oldest; 0 for no limit.
    most: u32,
    idle_minutes: Option<u32>,
    login_minutes: Option<u32>,
    grace_seconds: u32,
    yearly: Option<CoreYearly>,
}

/// A moment of the year in UTC.
#[derive(Clone, Serialize, Deserialize, Type)]
pub(crate) struct CoreYearly {
    /// 1 to 12.
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
}

impl From<SessionPolicy> for CoreSessions {
    fn from(policy: SessionPolicy) -> Self {
        let number = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        Self {
            most: number(policy.most),
            idle_minutes: policy.idle_minutes.map(number),
            login_minutes: policy.login_minutes.map(number),
            grace_seconds: number(policy.grace_seconds),
            yearly: policy.yearly.map(|moment| {
                let (month, day, hour, minute) = moment.parts();
                CoreYearly {
                    month,
                    day,
                    hour,
                    minute,
                }
            }),
        }
    }
}

impl TryFrom<CoreSessions> for SessionPolicy {
    type Error = VaultError;

    fn try_from(sessions: CoreSessions) -> Result<Self, VaultError> {
        let yearly = sessions.yearly.map(|one| {
            YearlyMoment::new(one.month, one.day, one.hour, one.minute).ok_or(VaultError::Invalid {
                field: "yearly",
                why: "a day and a time that a year has",
            })
        });
        Ok(Self {
            most: sessions.most.into(),
            idle_minutes: sessions.idle_minutes.filter(|limit| *limit > 0).map(u64::from),
            login_minutes: sessions.login_minutes.filter(|limit| *limit > 0).map(u64::from),
            grace_seconds: sessions.grace_seconds.into(),
            yearly: yearly.transpose()?,
        })
    }
}

impl From<CoreBuild> for NewAppType {
    fn from(build: CoreBuild) -> Self {
        Self {
            identifier: build.identifier,
            name: build.name,
            versions: build.versions,
        }
    }
}

/// What an application is admitted with.
#[derive(Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CoreAppDraft {
    name: String,
    code: String,
    multi_tenant: bool,
    anonymous: bool,
    services: Vec<String>,
    builds: Vec<CoreBuild>,
}

impl From<CoreAppDraft> for NewCoreApp {
    fn from(draft: CoreAppDraft) -> Self {
        Self {
            name: draft.name,
            code: draft.code,
            multi_tenant: draft.multi_tenant,
            types: draft.builds.into_iter().map(NewAppType::from).collect(),
            services: draft.services,
            anonymous: draft.anonymous,
            sessions: SessionPolicy::default(),
        }
    }
}

/// A key of an application: what names it, never the key.
#[derive(Clone, Serialize, Type)]
pub(crate) struct CoreKey {
    id: String,
    since: String,
}

/// A known service, or one that the application was allowed to use before it was known.
#[derive(Clone, Serialize, Type)]
pub(crate) struct CoreServiceUse {
    id: String,
    /// Its name; its id if it is not known.
    name: String,
    known: bool,
    used: bool,
}

/// A space of the vault.
#[derive(Clone, Serialize, Type)]
pub(crate) struct CoreSpace {
    pub(crate) id: String,
    pub(crate) name: String,
    /// The application is attached to it.
    pub(crate) attached: bool,
    pub(crate) current: bool,
}

/// Settings of a build from a version on.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CoreConfig {
    /// The identifier of the build.
    build: String,
    version: String,
    of_space: bool,
    /// The JSON, letter by letter as it was written.
    data: String,
}

impl From<&(AppType, AppConfig)> for CoreConfig {
    fn from((build, config): &(AppType, AppConfig)) -> Self {
        let (major, minor, patch) = config.version;
        Self {
            build: build.identifier.clone(),
            version: format!("{major}.{minor}.{patch}"),
            of_space: config.of_space,
            data: config.data.clone(),
        }
    }
}

/// Settings as they are typed.
#[derive(Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CoreConfigDraft {
    pub(crate) build: String,
    pub(crate) version: String,
    pub(crate) of_space: bool,
    pub(crate) data: String,
}

/// For whom settings are that a page names.
pub(crate) const fn reach(of_space: bool) -> Reach {
    if of_space { Reach::Space } else { Reach::General }
}

/// Where a text is no JSON object, counted from 1, and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub(crate) struct JsonFault {
    line: u32,
    column: u32,
    words: String,
}

impl JsonFault {
    /// What is wrong with settings; `None` for a JSON object.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let number = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) else {
            let blank = text.len() - text.trim_start().len();
            let before = text.get(..blank).unwrap_or_default();
            return (!text.trim_start().starts_with('{')).then(|| Self {
                line: number(before.matches('\n').count() + 1),
                column: number(before.rsplit('\n').next().unwrap_or_default().chars().count() + 1),
                words: "settings begin with { and end with }".into(),
            });
        };
        // Its columns count bytes.
        let line = text
            .lines()
            .nth(error.line().saturating_sub(1))
            .unwrap_or_default();
        let column = line
            .char_indices()
            .filter(|(at, _)| *at + 1 < error.column())
            .count()
            + 1;
        let words = error.to_string();
        let words = words
            .rsplit_once(" at line ")
            .map_or(words.as_str(), |(words, _)| words);
        // After a comma a name has to follow; what is wrong is the comma.
        let ends = line.chars().nth(column - 1) == Some('}');
        let words = if ends && words == "key must be a string" {
            "trailing comma"
        } else {
            words
        };
        Some(Self {
            line: number(error.line()),
            column: number(column),
            words: words.to_owned(),
        })
    }
}

/// The page of an application.
#[derive(Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CoreAppDetail {
    row: CoreAppRow,
    multi_tenant: bool,
    since: String,
    /// Under which id it knows the person; none until it first does.
    account: Option<String>,
    builds: Vec<CoreBuildHere>,
    /// The connections of this space that a build could know the person by.
    connections: Vec<CoreProvider>,
    sessions: CoreSessions,
    /// Oldest first.
    keys: Vec<CoreKey>,
    services: Vec<CoreServiceUse>,
    anonymous: bool,
    spaces: Vec<CoreSpace>,
    configs: Vec<CoreConfig>,
    grants: Vec<GrantRow>,
}

impl CoreAppDetail {
    pub(crate) fn new(
        info: &CoreAppInfo,
        place: usize,
        known: &[ServiceInfo],
        configs: &[(AppType, AppConfig)],
        spaces: Vec<CoreSpace>,
        connections: &[Connection],
        now: OffsetDateTime,
    ) -> Self {
        let used = &info.installation.services;
        let is_known = |id: &String| known.iter().any(|one| one.service.id == *id);
        let here = known.iter().map(|one| CoreServiceUse {
            id: one.service.id.clone(),
            name: one.service.name.clone(),
            known: true,
            used: used.contains(&one.service.id),
        });
        let unknown = used.iter().filter(|id| !is_known(id)).map(|id| CoreServiceUse {
            id: id.clone(),
            name: id.clone(),
            known: false,
            used: true,
        });
        Self {
            row: CoreAppRow::new(info, place),
            multi_tenant: info.app.multi_tenant,
            since: stamp(info.app.created_at),
            account: info.account.map(|account| account.to_string()),
            builds: info
                .types
                .iter()
                .zip(&info.here)
                .map(|(build, here)| CoreBuildHere::new(build, here))
                .collect(),
            connections: connections.iter().filter_map(CoreProvider::of).collect(),
            sessions: info.installation.sessions.into(),
            keys: info
                .keys
                .iter()
                .map(|(id, since)| CoreKey {
                    id: id.to_string(),
                    since: stamp(*since),
                })
                .collect(),
            services: here.chain(unknown).collect(),
            anonymous: info.installation.anonymous,
            spaces,
            configs: configs.iter().map(CoreConfig::from).collect(),
            grants: info.sees.iter().map(|view| GrantRow::new(view, now)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_json_object_is_told_by_its_place() {
        assert_eq!(JsonFault::of("{\"a\": [1, 2.50]}\n"), None);
        let fault = |text: &str| JsonFault::of(text).map(|fault| (fault.line, fault.column, fault.words));
        assert_eq!(
            fault("{\n  \"a\": 1,\n}").unwrap(),
            (3, 1, "trailing comma".to_owned())
        );
        assert_eq!(fault("{ \"é\": x }").unwrap().1, 8);
        let (line, column, words) = fault("\n  [1]").unwrap();
        assert_eq!((line, column), (2, 3));
        assert!(words.contains('{'));
        for text in ["", "{", "{\"a\" 1}", "{} x", "nul"] {
            let fault = JsonFault::of(text).unwrap();
            assert!(fault.line == 1 && !fault.words.is_empty() && !fault.words.contains("line"));
        }
    }
}
