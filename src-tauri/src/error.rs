//! Failures as people see them: what happened, what is safe, what to do, and a code. The words live in `assets/errors`.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::{Deserialize, Serialize};
use specta::Type;
use vault_connect::{
    ConnectError, EndpointError, MailError, NotAnAddress, Revocation, http::HttpError, oauth::OAuthError,
    takeout::job::ImportError,
};
use vault_core::{KeyVaultError, VaultError, backpack::BackpackError, cooperatives::TransferState};
use vault_crypto::HeaderError;
use vault_store::StoreError;

/// The words of one code.
#[derive(Debug, Clone, Deserialize)]
struct Words {
    title: String,
    safe: String,
    todo: String,
}

/// A failure, worded for people. It never holds a personal value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AppError {
    /// The stable code, such as `VLT-101`.
    pub code: String,
    /// What happened.
    pub title: String,
    /// What is untouched.
    pub safe: String,
    /// What to do.
    pub todo: String,
    /// More, for those who want it; never a value of the person's.
    pub details: Option<String>,
}

/// What a command of the window answers.
pub type Answer<T> = Result<T, AppError>;

static WORDS: LazyLock<BTreeMap<String, Words>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../assets/errors/en.json")).unwrap_or_default());

impl AppError {
    /// The failure with a code.
    #[must_use]
    pub fn new(code: &str) -> Self {
        let words = WORDS.get(code);
        let text = |part: fn(&Words) -> &String| words.map(part).cloned().unwrap_or_default();
        Self {
            code: code.to_owned(),
            title: text(|words| &words.title),
            safe: text(|words| &words.safe),
            todo: text(|words| &words.todo),
            details: None,
        }
    }

    /// The same with something for those who open Details, if it says more than the title.
    #[must_use]
    pub fn with_details(mut self, details: impl Into<String>) -> Self {
        let details = details.into();
        let words = |text: &str| text.trim_end_matches('.').to_lowercase();
        self.details = (words(&details) != words(&self.title)).then_some(details);
        self
    }

    /// What is left to the person after a connection ended; nothing when the platform ended it too.
    #[must_use]
    pub fn of_revocation(revocation: Revocation) -> Option<Self> {
        match revocation {
            Revocation::Told => None,
            Revocation::NotTold => Some(Self::new("CON-410")),
            Revocation::NoWay => Some(Self::new("CON-419")),
        }
    }

    /// Every code with its words, by code.
    #[must_use]
    pub fn all() -> Vec<Self> {
        WORDS.keys().map(|code| Self::new(code)).collect()
    }
}

impl std::fmt::Display for AppError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {} {}", self.title, self.safe, self.todo)?;
        self.details
            .as_ref()
            .map_or(Ok(()), |details| write!(formatter, " ({details})"))
    }
}

impl From<VaultError> for AppError {
    fn from(error: VaultError) -> Self {
        let code = match &error {
            VaultError::NotFound => "VLT-150",
            VaultError::AlreadyThere => "VLT-151",
            VaultError::Busy => "VLT-102",
            VaultError::Locked => "VLT-103",
            VaultError::WrongKey => "VLT-101",
            VaultError::WeakPassphrase => "VLT-104",
            VaultError::RecoveryCode(_) => "VLT-105",
            VaultError::WrongRecovery => "VLT-106",
            VaultError::NoRecovery => "VLT-107",
            VaultError::NoKeyring => "VLT-115",
            VaultError::Header(header) => header_code(header),
            VaultError::NotWritable => "VLT-131",
            VaultError::DiskFull => "VLT-130",
            VaultError::Io(_) => "VLT-132",
            VaultError::Store(store) => store_code(store),
            VaultError::NoSuchSpace => "VLT-160",
            VaultError::LastSpace => "VLT-161",
            VaultError::NeedsSecondFactor => "VLT-170",
            VaultError::WrongSecondFactor => "VLT-171",
            VaultError::SecondFactorSpent => "VLT-172",
            VaultError::NoSafeCopy => "VLT-122",
            VaultError::Exists("app") => "APP-304",
            VaultError::Exists("provider") => "APP-336",
            VaultError::Exists(_) => "SYS-714",
            VaultError::NeedsPassphrase => "APP-331",
            VaultError::ShownChanged => "APP-332",
            VaultError::Imitates(_) => "APP-306",
            VaultError::Descriptor(_) => "COP-401",
            VaultError::Unchecked => "COP-402",
            VaultError::Paused => "APP-310",
            VaultError::Unseen => "APP-312",
            VaultError::UnderTest => "APP-313",
            VaultError::TooManyMails => "CON-431",
            VaultError::WrongCode => "CON-432",
            VaultError::NoSuch("prompt") => "CON-433",
            VaultError::NoSuch("app") => "APP-305",
            VaultError::NoSuch("offer") => "APP-334",
            VaultError::NoSuch("grant") => "APP-333",
            VaultError::NoSuch("question") => "APP-330",
            VaultError::NoSuch(_) => "SYS-713",
            VaultError::Invalid { .. } => "SYS-712",
            VaultError::Cancelled => "SYS-711",
            VaultError::BadPlace(_) => "VLT-123",
            VaultError::Crypto(_) | VaultError::Internal(_) => "SYS-710",
        };
        let words = Self::new(code);
        if let VaultError::Imitates(name) = &error {
            return words.with_details(format!("It can be taken for {}.", name.expose()));
        }
        if matches!(
            error,
            VaultError::Invalid { .. } | VaultError::RecoveryCode(_) | VaultError::Descriptor(_)
        ) {
            words.with_details(error.to_string())
        } else {
            words
        }
    }
}

/// The code of how a transfer ended; `None` where nothing is wrong.
pub(crate) fn transfer_code(state: TransferState, fault: &str) -> Option<&'static str> {
    match state {
        TransferState::Drafted
        | TransferState::Prepared
        | TransferState::Sending
        | TransferState::Accepted => None,
        TransferState::NotSent => Some(match fault {
            "untrusted" => "COP-424",
            "forbidden" => "COP-425",
            _ => "COP-404",
        }),
        TransferState::Unknown => Some(match fault {
            "silent" | "broken" | "interrupted" => "COP-408",
            "perhaps_unknown_peer" => "COP-413",
            _ => "COP-407",
        }),
        TransferState::Refused => Some(match fault {
            "BadPeer" => "COP-403",
            "BadSignature" => "COP-405",
            "MissingField" => "COP-406",
            "WrongVersion" => "COP-410",
            "unknown_service" => "COP-414",
            "stopped" => "COP-409",
            "stopped_for_peer" => "COP-415",
            "stopped_for_member" => "COP-416",
            "stopped_for_role" => "COP-417",
            "expired" | "from_the_future" => "COP-418",
            "repeated" => "COP-419",
            "other_audience" => "COP-423",
            _ => "COP-411",
        }),
    }
}

impl From<BackpackError> for AppError {
    fn from(error: BackpackError) -> Self {
        match (error.code(), error) {
            (_, BackpackError::Vault(error)) => error.into(),
            (Some(code), error) => Self::new(code).with_details(error.to_string()),
            (None, _) => Self::new("SYS-710"),
        }
    }
}

impl From<KeyVaultError> for AppError {
    fn from(error: KeyVaultError) -> Self {
        Self::new(match error {
            KeyVaultError::NotRunning => "VLT-110",
            KeyVaultError::Locked => "VLT-111",
            KeyVaultError::Missing => "VLT-112",
            KeyVaultError::Damaged => "VLT-113",
            KeyVaultError::Refused => "VLT-114",
        })
    }
}

impl From<ConnectError> for AppError {
    fn from(error: ConnectError) -> Self {
        match error {
            ConnectError::Vault(error) => error.into(),
            ConnectError::UnknownPlatform => Self::new("CON-404"),
            ConnectError::Connector(fault) => Self::new("CON-480").with_details(fault.to_string()),
            ConnectError::NeedsClient => Self::new("CON-406"),
            ConnectError::NeedsRelay => Self::new("CON-407"),
            ConnectError::BadRelay => Self::new("CON-409"),
            ConnectError::OAuth(error) => oauth(&error),
            ConnectError::Http(error) => http(&error),
            ConnectError::BadAnswer => Self::new("CON-420"),
            ConnectError::Endpoint(error) => endpoint(&error),
            ConnectError::Mail(error) => Self::new(mail(error)),
            ConnectError::Unanswered => Self::new("CON-430"),
            ConnectError::NoEndpoint => Self::new("CON-416"),
            ConnectError::NoSession => Self::new("CON-401"),
            ConnectError::OtherAccount => Self::new("CON-412"),
            ConnectError::AlreadyFetching => Self::new("CON-470"),
            ConnectError::Cancelled => Self::new("SYS-711"),
            ConnectError::Manifest(words) => Self::new("APP-303").with_details(words),
            ConnectError::NoManifest => Self::new("APP-302"),
        }
    }
}

impl From<ImportError> for AppError {
    fn from(error: ImportError) -> Self {
        match (error.code(), error) {
            (_, ImportError::Vault(error)) => error.into(),
            (Some(code), ImportError::Takeout(error)) => Self::new(code).with_details(error.to_string()),
            (
                code,
                ImportError::Takeout(_)
                | ImportError::Unknown
                | ImportError::Nothing
                | ImportError::NotKept
                | ImportError::Ended,
            ) => Self::new(code.unwrap_or("SYS-710")),
        }
    }
}

impl From<NotAnAddress> for AppError {
    fn from(_: NotAnAddress) -> Self {
        Self::new("CON-415")
    }
}

fn header_code(error: &HeaderError) -> &'static str {
    match error {
        HeaderError::NotAVault => "VLT-123",
        HeaderError::NewerVersion { .. } => "VLT-140",
        HeaderError::Truncated
        | HeaderError::Damaged
        | HeaderError::Malformed
        | HeaderError::KdfTooExpensive => "VLT-121",
    }
}

fn store_code(error: &StoreError) -> &'static str {
    match error {
        StoreError::NewerVersion { .. } => "VLT-140",
        StoreError::DiskFull => "VLT-130",
        StoreError::ReadOnly => "VLT-131",
        StoreError::Busy => "VLT-102",
        StoreError::Io(_) => "VLT-132",
        StoreError::NoSuchRow => "SYS-713",
        StoreError::Rule(_) => "SYS-712",
        StoreError::AlreadyExists
        | StoreError::OlderVersion { .. }
        | StoreError::Spoilt
        | StoreError::Statement(_) => "SYS-710",
        StoreError::NotFound
        | StoreError::Truncated { .. }
        | StoreError::Damaged { .. }
        | StoreError::WrongKey
        | StoreError::NotEncrypting => "VLT-120",
    }
}

fn oauth(error: &OAuthError) -> AppError {
    match error {
        OAuthError::Denied => AppError::new("CON-403"),
        OAuthError::SessionEnded => AppError::new("CON-401"),
        OAuthError::ClientRefused => AppError::new("CON-405"),
        OAuthError::Nonsense => AppError::new("CON-420"),
        OAuthError::NoPort => AppError::new("CON-408"),
        OAuthError::NoRevocation => AppError::new("CON-410"),
        OAuthError::Http(error) => http(error),
    }
}

fn endpoint(error: &EndpointError) -> AppError {
    match error {
        EndpointError::TokenRefused => AppError::new("CON-417"),
        EndpointError::Refused => AppError::new("CON-418"),
        EndpointError::UnknownPerson { suspended: false } => AppError::new("CON-413"),
        EndpointError::UnknownPerson { suspended: true } => AppError::new("CON-414"),
        EndpointError::Malformed(error) => AppError::new("CON-420").with_details(error.to_string()),
        EndpointError::Unusable(_) => AppError::new("CON-503"),
    }
}

fn mail(error: MailError) -> &'static str {
    match error {
        MailError::NoServer => "CON-434",
        MailError::NoAnswer => "CON-435",
        MailError::NotTrusted => "CON-436",
        MailError::LoginRefused => "CON-437",
        MailError::Refused => "CON-438",
        MailError::NoAddress => "CON-415",
    }
}

fn http(error: &HttpError) -> AppError {
    match error {
        HttpError::Busy { .. } => AppError::new("CON-429"),
        HttpError::Status(401) => AppError::new("CON-401"),
        HttpError::Status(403) => AppError::new("CON-450"),
        HttpError::Status(410) => AppError::new("CON-411"),
        HttpError::TooLarge { .. } | HttpError::Status(400..=499) => AppError::new("CON-420"),
        HttpError::Forbidden | HttpError::NoAnswer | HttpError::Status(_) => AppError::new("CON-503"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_all_three_parts() {
        let all = AppError::all();
        assert!(all.len() > 40);
        for error in all {
            for part in [&error.title, &error.safe, &error.todo] {
                assert!(part.ends_with('.'), "{}: {part}", error.code);
            }
            let (family, number) = error.code.split_once('-').unwrap();
            assert!(["VLT", "CON", "IMP", "APP", "COP", "BPK", "LOG", "SYS"].contains(&family));
            assert_eq!(number.len(), 3);
        }
    }

    #[test]
    fn details_say_more_than_the_title() {
        let error = AppError::new("IMP-202");
        let repeated = error.title.to_lowercase();
        assert_eq!(error.clone().with_details(repeated.trim_end_matches('.')), error);
        assert_eq!(error.with_details("line 3").details.as_deref(), Some("line 3"));
    }

    /// Every text such as `"VLT-101"` in a file.
    fn codes_in(text: &str) -> Vec<String> {
        let quoted = text.split('"').skip(1);
        let is_code = |word: &&str| {
            let (family, number) = word.split_once('-').unwrap_or_default();
            family.len() == 3
                && family.bytes().all(|byte| byte.is_ascii_uppercase())
                && number.len() == 3
                && number.bytes().all(|byte| byte.is_ascii_digit())
        };
        quoted.filter(is_code).map(str::to_owned).collect()
    }

    fn sources(folder: &std::path::Path, out: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, out);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                out.push(std::fs::read_to_string(&path).unwrap());
            }
        }
    }

    #[test]
    fn every_code_that_the_program_uses_is_in_the_list() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri");
        let mut texts = Vec::new();
        for folder in ["src", "crates/vault-core/src", "crates/vault-connect/src"] {
            sources(&root.join(folder), &mut texts);
        }
        let codes: Vec<String> = texts.iter().flat_map(|text| codes_in(text)).collect();
        assert!(codes.len() > 60);
        for code in codes {
            assert!(!AppError::new(&code).title.is_empty(), "{code}");
        }
    }
}
