//! Configurations of applications: `POST /services/app-configs` and, with a token, `/services/app-configs/organization` (specification 6.1).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{BodyError, body, id};
use crate::secret::Secret;
use crate::version::Version;

/// What a build asks for.
#[derive(Debug, Clone)]
pub struct ConfigRequest {
    /// Identifier or id of the application type.
    pub app_type_identifier: String,
    /// The version of the build.
    pub version: Version,
    /// The pairing key; the call with a token needs none.
    pub api_key: Option<Secret>,
}

/// The answer.
#[derive(Clone, PartialEq, Serialize)]
pub struct AppConfig {
    /// Its id.
    pub id: String,
    /// The application type.
    pub app_type_id: String,
    /// The space that it is for; left out if it is for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub org_id: Option<String>,
    /// From which version on it is served.
    #[serde(serialize_with = "as_text")]
    pub version: Version,
    /// What the maker of the app put in it.
    pub data: Map<String, Value>,
}

#[derive(Deserialize)]
struct Written {
    app_type_identifier: String,
    version: String,
    #[serde(default)]
    api_key: Option<Secret>,
}

impl ConfigRequest {
    /// Reads the body.
    ///
    /// # Errors
    /// [`BodyError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, BodyError> {
        let written: Written = body(bytes)?;
        Ok(Self {
            app_type_identifier: id(written.app_type_identifier)?,
            version: written.version.parse().map_err(|_| BodyError::Malformed)?,
            api_key: written.api_key,
        })
    }
}

fn as_text<S: serde::Serializer>(version: &Version, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(version)
}
