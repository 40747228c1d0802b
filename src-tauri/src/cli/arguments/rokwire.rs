//! Rokwire Core: applications, services and service accounts.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum CoreApp {
    /// Admit an application. That shares nothing; its API key is printed this once.
    Add(NewCoreApp),
    /// Attach an application of another space to this one. Its API key for this space is printed this once.
    Attach { id: String },
    /// The applications of the space.
    List,
    /// One application: its builds, keys, services, and what they see.
    Show { id: String },
    /// Change how it may be used here.
    Set(CoreInstallation),
    /// Add a build, or replace the one of this identifier.
    Type {
        id: String,
        identifier: String,
        /// Its name.
        #[arg(long, default_value = "")]
        name: String,
        /// A version that there is; may be given several times.
        #[arg(long = "version", value_name = "VERSION")]
        versions: Vec<String>,
    },
    /// Remove a build, with its settings; whoever uses it is signed out.
    ForgetType { id: String, identifier: String },
    /// In which ways a build may be used here, within what the application may. What is not said stays as it is.
    Ways {
        id: String,
        identifier: String,
        /// Whether it may ask for what you have.
        #[arg(long)]
        unlock: Option<bool>,
        /// Whether it may be used without a profile.
        #[arg(long)]
        anonymous: Option<bool>,
    },
    /// The connections by whose accounts its builds know you.
    #[command(subcommand)]
    Provider(CoreProvider),
    /// Its API keys.
    #[command(subcommand)]
    Key(CoreKey),
    /// The settings that its builds are served.
    #[command(subcommand)]
    Config(CoreConfig),
    /// Remove an application with all that it kept.
    Remove { id: String },
}

/// An application that is to be admitted.
#[derive(Debug, Args)]
pub(in crate::cli) struct NewCoreApp {
    /// Its name.
    #[arg(long)]
    pub(in crate::cli) name: String,
    /// A short handle: small letters, digits and hyphens.
    #[arg(long)]
    pub(in crate::cli) code: String,
    /// A build by its identifier (bundle id, Android application id, host name), with its versions behind an equals sign and commas between
    /// them; may be given several times.
    #[arg(long = "type", value_name = "IDENTIFIER[=VERSION,…]", required = true)]
    pub(in crate::cli) types: Vec<String>,
    /// A service that it may use; may be given several times.
    #[arg(long = "service", value_name = "ID")]
    pub(in crate::cli) services: Vec<String>,
    /// Let it be attached to other spaces.
    #[arg(long)]
    pub(in crate::cli) multi_tenant: bool,
    /// Let it be used without a profile.
    #[arg(long)]
    pub(in crate::cli) anonymous: bool,
}

/// How an application may be used in a space. What is not said stays as it is.
#[derive(Debug, Args)]
pub(in crate::cli) struct CoreInstallation {
    pub(in crate::cli) id: String,
    /// The services that it may use, instead of those it had; may be given several times.
    #[arg(long = "service", value_name = "ID")]
    pub(in crate::cli) services: Option<Vec<String>>,
    /// Whether it may be used without a profile.
    #[arg(long)]
    pub(in crate::cli) anonymous: Option<bool>,
    /// More sessions than this end the oldest; 0 for no limit.
    #[arg(long, value_name = "N")]
    pub(in crate::cli) most_sessions: Option<u64>,
    /// A session that was idle for so long is over; 0 for never.
    #[arg(long, value_name = "MINUTES")]
    pub(in crate::cli) idle: Option<u64>,
    /// A session is over so long after its login; 0 for never.
    #[arg(long, value_name = "MINUTES")]
    pub(in crate::cli) login: Option<u64>,
    /// So long a refresh token that was replaced is taken once more.
    #[arg(long, value_name = "SECONDS")]
    pub(in crate::cli) grace: Option<u64>,
    /// Sessions that began before this moment of the year (UTC) are over, such as "08-31 04:00"; `never` for no such moment.
    #[arg(long, value_name = "MM-DD HH:MM")]
    pub(in crate::cli) yearly: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum CoreProvider {
    /// Say that a build knows you by your account at a connection. Services still need your yes for it.
    Add {
        app: String,
        #[arg(value_name = "TYPE")]
        build: String,
        /// The id of the connection.
        connection: String,
    },
    /// Take a connection from a build.
    Remove {
        app: String,
        #[arg(value_name = "TYPE")]
        build: String,
        /// The id of the connection.
        connection: String,
    },
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum CoreKey {
    /// One more key, printed this once.
    Add { app: String },
    /// Take a key away, by the id that names it.
    Remove { app: String, key: String },
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum CoreConfig {
    /// Keep settings for a build from a version on, from a file with a JSON object.
    Set {
        app: String,
        #[arg(value_name = "TYPE")]
        build: String,
        version: String,
        file: PathBuf,
        /// For this space only, instead of for any.
        #[arg(long = "of-space")]
        of_space: bool,
    },
    /// All settings of an application.
    List { app: String },
    /// Remove the settings of a version.
    Delete {
        app: String,
        #[arg(value_name = "TYPE")]
        build: String,
        version: String,
        /// Those of this space, instead of those for any.
        #[arg(long = "of-space")]
        of_space: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Service {
    /// Add a service from its registration, a JSON file, and pin its key: adding a file by hand counts as the comparison.
    Add {
        file: PathBuf,
        /// Take requests of it that are signed in the form of the old libraries.
        #[arg(long)]
        legacy_signatures: bool,
    },
    /// Who is known, and what they see.
    List,
    /// Use the key and the host that wait, after comparing the fingerprint.
    Accept { id: String, fingerprint: String },
    /// Keep a service as it was.
    Keep { id: String },
    /// Forget a service. It sees nothing any more.
    Remove { id: String },
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ServiceAccount {
    /// Make a service account, and let it see what you say. A token is printed this once. Beyond 30 days name the passphrase file once more.
    Add(NewServiceAccount),
    /// The service accounts, and what they see.
    List,
    /// Let it see once more what it was made for, until a day.
    Agree {
        id: String,
        #[arg(long, value_name = "DATE")]
        until: String,
    },
    /// Change its last day, or what it may see in an application. Less ends at once; for more name the passphrase file once more beyond 30 days.
    Change {
        id: String,
        /// Its last day from now on.
        #[arg(long, value_name = "DATE")]
        until: Option<String>,
        /// The application in which it is to see something else.
        #[arg(long, value_name = "APP")]
        app: Option<String>,
        /// What it is to see there; may be given several times. Without any it is taken out of the application.
        #[arg(long = "scope", value_name = "SCOPE", requires = "app")]
        scopes: Vec<String>,
    },
    /// One more credential; a token is printed this once.
    Credential(NewCredential),
    /// Take a credential away.
    Forget { id: String, credential: String },
    /// Remove a service account. It sees nothing any more.
    Remove { id: String },
}

/// A service account that is to be made.
#[derive(Debug, Args)]
pub(in crate::cli) struct NewServiceAccount {
    /// Its name.
    pub(in crate::cli) name: String,
    /// An application that it is for; may be given several times.
    #[arg(long = "app", value_name = "APP", required = true)]
    pub(in crate::cli) apps: Vec<String>,
    /// What it is to see in each of them; may be given several times.
    #[arg(long = "scope", value_name = "SCOPE", required = true)]
    pub(in crate::cli) scopes: Vec<String>,
    /// The known service that it belongs to.
    #[arg(long, value_name = "ID", default_value = "")]
    pub(in crate::cli) service: String,
    /// Its last day, YYYY-MM-DD.
    #[arg(long, value_name = "DATE")]
    pub(in crate::cli) until: String,
    #[command(flatten)]
    pub(in crate::cli) key: CredentialKey,
}

/// A credential that is to be made.
#[derive(Debug, Args)]
pub(in crate::cli) struct NewCredential {
    /// The service account.
    pub(in crate::cli) id: String,
    /// The name of the credential.
    #[arg(long, default_value = "")]
    pub(in crate::cli) name: String,
    #[command(flatten)]
    pub(in crate::cli) key: CredentialKey,
}

/// A public key instead of a token.
#[derive(Debug, Args)]
pub(in crate::cli) struct CredentialKey {
    /// Sign its requests with this key instead of sending a token.
    #[arg(long, value_name = "PEM", requires = "alg")]
    pub(in crate::cli) key: Option<PathBuf>,
    /// The algorithm of the key, such as RS256.
    #[arg(long, requires = "key")]
    pub(in crate::cli) alg: Option<String>,
}
