//! What comes in: the bodies of spec 2.3. Names of members are matched in any case; a GUID that is missing names nothing and is no fault.

use serde_json::{Map, Value, json};

use super::{Claim, Guid};

/// So many platforms may be named in one list.
const MOST_UPDATES: usize = 1000;
/// So many apps may be named for one platform.
const MOST_APPS: usize = 1000;
/// The longest text of a member, in bytes.
const LONGEST: usize = 2048;

/// Why a body is not valid (spec 2.1: 400 with `application/problem+json`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadRequest {
    /// The member, in the spelling of the documentation; `$` for the whole body.
    pub member: &'static str,
    /// What is wrong with it.
    pub why: &'static str,
}

impl BadRequest {
    /// The body of the answer.
    #[must_use]
    pub fn problem(&self, trace: &str) -> Value {
        json!({
            "type": "https://tools.ietf.org/html/rfc7231#section-6.5.1",
            "title": "One or more validation errors occurred.",
            "status": 400,
            "traceId": trace,
            "errors": { self.member: [self.why] },
        })
    }
}

/// `start-connect-user-to-oauth-platform`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartOauth {
    /// The platform.
    pub platform: Guid,
    /// The app.
    pub application: Guid,
    /// Where the browser is to return to.
    pub callback: String,
    /// What is asked for; the app's default where it names nothing.
    pub claim: Option<Claim>,
}

/// `connect-user-to-email-platform`.
#[derive(Clone, PartialEq, Eq)]
pub struct ConnectEmail {
    /// The platform.
    pub platform: Guid,
    /// The app.
    pub application: Guid,
    /// The address, in lower case.
    pub address: String,
    /// What is asked for; the app's default where it names nothing.
    pub claim: Option<Claim>,
}

impl std::fmt::Debug for ConnectEmail {
    /// Whose address it is stays out.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConnectEmail")
            .field("platform", &self.platform)
            .field("application", &self.application)
            .finish_non_exhaustive()
    }
}

/// `validate-email`.
#[derive(Clone, PartialEq, Eq)]
pub struct ValidateEmail {
    /// The app.
    pub application: Guid,
    /// The address, in lower case.
    pub address: String,
}

impl std::fmt::Debug for ValidateEmail {
    /// Whose address it is stays out.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ValidateEmail")
            .field("application", &self.application)
            .finish_non_exhaustive()
    }
}

impl ValidateEmail {
    /// Reads a body.
    ///
    /// # Errors
    /// [`BadRequest`].
    pub fn read(body: &[u8]) -> Result<Self, BadRequest> {
        let members = Members::of(body)?;
        Ok(Self {
            application: members.guid("applicationId")?,
            address: members.required("email")?.to_lowercase(),
        })
    }
}

/// `request-platform-data-update-notification`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateRequest {
    /// The platform.
    pub platform: Guid,
    /// The app.
    pub application: Guid,
}

/// `POST connection-state`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateUpdates(pub Vec<(Guid, Keep)>);

/// What is to happen to a platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keep {
    /// The connection goes.
    Nothing,
    /// It stays for these apps and for no other.
    Apps(Vec<Guid>),
    /// Neither was said, or both.
    Unclear,
}

impl StartOauth {
    /// Reads a body.
    ///
    /// # Errors
    /// [`BadRequest`].
    pub fn read(body: &[u8]) -> Result<Self, BadRequest> {
        let members = Members::of(body)?;
        Ok(Self {
            platform: members.guid("platformId")?,
            application: members.guid("applicationId")?,
            callback: members.required("callbackUri")?,
            claim: members.claim()?,
        })
    }
}

impl ConnectEmail {
    /// Reads a body.
    ///
    /// # Errors
    /// [`BadRequest`].
    pub fn read(body: &[u8]) -> Result<Self, BadRequest> {
        let members = Members::of(body)?;
        Ok(Self {
            platform: members.guid("platformId")?,
            application: members.guid("applicationId")?,
            address: members.required("platformUserEmailAddress")?.to_lowercase(),
            claim: members.claim()?,
        })
    }
}

impl UpdateRequest {
    /// Reads a body.
    ///
    /// # Errors
    /// [`BadRequest`].
    pub fn read(body: &[u8]) -> Result<Self, BadRequest> {
        let members = Members::of(body)?;
        Ok(Self {
            platform: members.guid("platformId")?,
            application: members.guid("applicationId")?,
        })
    }
}

impl StateUpdates {
    /// Reads a body.
    ///
    /// # Errors
    /// [`BadRequest`].
    pub fn read(body: &[u8]) -> Result<Self, BadRequest> {
        const NAME: &str = "platformConnectionStateUpdates";
        let bad = |why| BadRequest { member: NAME, why };
        let members = Members::of(body)?;
        let Some(Value::Array(updates)) = members.get(NAME) else {
            return Err(bad("The field is required."));
        };
        if updates.len() > MOST_UPDATES {
            return Err(bad("There are too many of them."));
        }
        let read = |update: &Value| {
            let Value::Object(update) = update else {
                return Err(bad("The JSON value could not be converted."));
            };
            let update = Members::lower(update);
            Ok((update.guid("platformId")?, update.keep()?))
        };
        Ok(Self(updates.iter().map(read).collect::<Result<_, _>>()?))
    }
}

/// The members of an object by their names in lower case; of two that differ in case alone the last one counts.
struct Members(Map<String, Value>);

impl Members {
    fn of(body: &[u8]) -> Result<Self, BadRequest> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self::lower(&members)),
            Ok(_) | Err(_) => Err(BadRequest {
                member: "$",
                why: "The JSON value could not be converted.",
            }),
        }
    }

    fn lower(members: &Map<String, Value>) -> Self {
        let lower = |(name, value): (&String, &Value)| (name.to_ascii_lowercase(), value.clone());
        Self(members.iter().map(lower).collect())
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.0
            .get(&name.to_ascii_lowercase())
            .filter(|value| !value.is_null())
    }

    fn guid(&self, member: &'static str) -> Result<Guid, BadRequest> {
        match self.get(member) {
            None => Ok(Guid::nil()),
            Some(value) => value.as_str().and_then(Guid::parse).ok_or(BadRequest {
                member,
                why: "The JSON value could not be converted to System.Guid.",
            }),
        }
    }

    fn required(&self, member: &'static str) -> Result<String, BadRequest> {
        let missing = BadRequest {
            member,
            why: "The field is required.",
        };
        match self.get(member) {
            Some(Value::String(text)) if text.len() > LONGEST => Err(BadRequest {
                member,
                why: "The field is too long.",
            }),
            Some(Value::String(text)) if !text.trim().is_empty() => Ok(text.clone()),
            Some(_) | None => Err(missing),
        }
    }

    fn claim(&self) -> Result<Option<Claim>, BadRequest> {
        let unknown = BadRequest {
            member: "platformDataClaim",
            why: "The JSON value could not be converted.",
        };
        match self.get("platformDataClaim") {
            None => Ok(None),
            Some(Value::String(word)) if word.eq_ignore_ascii_case("Aggregated") => {
                Ok(Some(Claim::Aggregated))
            }
            Some(Value::String(word)) if word.eq_ignore_ascii_case("Full") => Ok(Some(Claim::Full)),
            Some(_) => Err(unknown),
        }
    }

    fn keep(&self) -> Result<Keep, BadRequest> {
        let bad = BadRequest {
            member: "connectedApps",
            why: "The JSON value could not be converted.",
        };
        let remove = match self.get("removeConnection") {
            None | Some(Value::Bool(false)) => false,
            Some(Value::Bool(true)) => true,
            Some(_) => {
                return Err(BadRequest {
                    member: "removeConnection",
                    ..bad
                });
            }
        };
        let apps = match self.get("connectedApps") {
            None => None,
            Some(Value::Array(apps)) if apps.len() <= MOST_APPS => {
                let read = |app: &Value| app.as_str().and_then(Guid::parse).ok_or(bad);
                Some(apps.iter().map(read).collect::<Result<_, _>>()?)
            }
            Some(_) => return Err(bad),
        };
        Ok(match (remove, apps) {
            (true, None) => Keep::Nothing,
            (false, Some(apps)) => Keep::Apps(apps),
            (true, Some(_)) | (false, None) => Keep::Unclear,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "5846584a-2719-48dd-bef2-83c6d7dbd421";

    #[test]
    fn names_are_matched_in_any_case_and_a_missing_guid_names_nothing() {
        let body = format!(
            r#"{{"PLATFORMID":"{ID}","callbackuri":"https://a.example/","platformDataClaim":"full"}}"#
        );
        let read = StartOauth::read(body.as_bytes()).unwrap();
        assert_eq!(read.platform.as_str(), ID);
        assert_eq!((read.application, read.claim), (Guid::nil(), Some(Claim::Full)));
    }

    #[test]
    fn what_is_not_valid_is_named() {
        let member = |result: Result<StartOauth, BadRequest>| result.unwrap_err().member;
        assert_eq!(member(StartOauth::read(b"[1]")), "$");
        assert_eq!(member(StartOauth::read(b"{")), "$");
        assert_eq!(member(StartOauth::read(br#"{"platformId":"x"}"#)), "platformId");
        assert_eq!(member(StartOauth::read(b"{}")), "callbackUri");
        let claim = br#"{"callbackUri":"https://a.example/","platformDataClaim":2}"#;
        assert_eq!(member(StartOauth::read(claim)), "platformDataClaim");
        let problem = BadRequest {
            member: "callbackUri",
            why: "The field is required.",
        }
        .problem("t");
        assert_eq!(problem["errors"]["callbackUri"][0], "The field is required.");
        assert_eq!(problem["status"], 400);
    }

    #[test]
    fn a_platform_is_kept_for_apps_or_goes_and_nothing_in_between() {
        let keep = |text: &str| {
            let body = format!(r#"{{"platformConnectionStateUpdates":[{{"platformId":"{ID}"{text}}}]}}"#);
            StateUpdates::read(body.as_bytes()).unwrap().0.remove(0).1
        };
        assert_eq!(keep(r#","removeConnection":true"#), Keep::Nothing);
        assert_eq!(keep(r#","connectedApps":[]"#), Keep::Apps(Vec::new()));
        assert_eq!(keep(""), Keep::Unclear);
        assert_eq!(
            keep(r#","removeConnection":true,"connectedApps":[]"#),
            Keep::Unclear
        );
        assert!(StateUpdates::read(b"{}").is_err());
    }

    #[test]
    fn an_address_is_not_printed() {
        let body = br#"{"platformUserEmailAddress":"Lucia@Example.org"}"#;
        let read = ConnectEmail::read(body).unwrap();
        assert_eq!(read.address, "lucia@example.org");
        assert!(!format!("{read:?}").contains("lucia"));
    }
}
