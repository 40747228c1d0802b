//! The words of `satchel-cli`: commands and their options.

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use url::Url;

/// Where `connect demo` looks for the demo platform unless told otherwise.
const DEMO_PORT: u16 = 49_010;

/// Satchel without a window: the same vault, the same rules.
#[derive(Debug, Parser)]
#[command(name = "satchel-cli", version, disable_help_subcommand = true)]
pub(super) struct Arguments {
    #[command(flatten, next_help_heading = "Options of every command")]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// Options that stand before or after any command.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// The folder of the vault; the usual place of this computer unless given.
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) vault: Option<PathBuf>,
    /// The space, by name; the first one unless named.
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) space: Option<String>,
    /// Print one JSON document (or NDJSON for streams) on stdout.
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// Read the passphrase from the first line of a file; asked for at the terminal unless given.
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) passphrase_file: Option<PathBuf>,
    /// Read the passphrase from an open file descriptor.
    #[arg(long, global = true, value_name = "N", conflicts_with = "passphrase_file")]
    pub(super) passphrase_fd: Option<u32>,
    /// Read a code of the second factor from the first line of a file, where an act needs one; asked for unless given.
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) code_file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make, check and repair the vault.
    #[command(subcommand)]
    Vault(Vault),
    /// The spaces of the vault.
    #[command(subcommand)]
    Space(Space),
    /// Your profile.
    #[command(subcommand)]
    Persona(Persona),
    /// The platforms that Satchel knows.
    #[command(subcommand)]
    Platform(Platform),
    /// Link an account at a platform.
    Connect(Connect),
    /// The linked accounts.
    #[command(subcommand)]
    Connection(Connection),
    /// Take in files that platforms gave you.
    Import(Import),
    /// What is here of each platform, and what is missing.
    Completeness,
    /// Ask platforms for your data.
    #[command(subcommand)]
    Request(DataRequest),
    /// What the platforms hold about you.
    #[command(subcommand)]
    Records(Records),
    /// The apps.
    #[command(subcommand)]
    App(App),
    /// Settings of the space.
    #[command(subcommand)]
    Settings(Settings),
    /// Who may see what, and the questions that wait.
    #[command(subcommand)]
    Grant(Grant),
    /// Applications of Rokwire Core.
    #[command(subcommand)]
    CoreApp(CoreApp),
    /// Services that applications of Rokwire Core use.
    #[command(subcommand)]
    Service(Service),
    /// Backends with standing access.
    #[command(subcommand)]
    ServiceAccount(ServiceAccount),
    /// Cooperatives and other peers of Intercoop.
    #[command(subcommand)]
    Peer(Peer),
    /// Signed transfers to cooperatives.
    #[command(subcommand)]
    Transfer(TransferCommand),
    /// What cooperatives sent here.
    #[command(subcommand)]
    Incoming(Incoming),
    /// What left, and what was refused.
    #[command(subcommand)]
    Log(Log),
    /// Carry everything away, and bring it back.
    #[command(subcommand)]
    Backpack(Backpack),
    /// Run the demo platform in the foreground.
    DemoPlatform(DemoPlatform),
    /// Unlock, and run the loopback gateway in the foreground.
    Serve,
}

#[derive(Debug, Subcommand)]
pub(super) enum Vault {
    /// Make a vault.
    Create {
        /// The port of the loopback gateway; a random free one unless given.
        #[arg(long, value_name = "N")]
        port: Option<u16>,
        /// Write the recovery kit to a new file; shown once on stderr unless given.
        #[arg(long, value_name = "FILE")]
        recovery_out: Option<PathBuf>,
    },
    /// What is known of the vault without opening it.
    Status,
    /// Read everything once and say whether it is whole.
    Check,
    /// Change the passphrase.
    Passphrase {
        /// Read the new passphrase from the first line of a file.
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
    /// Open the vault with the recovery kit and set a new passphrase.
    Recover {
        /// The kit's file, or a file that holds only the code.
        #[arg(long, value_name = "FILE")]
        recovery_key_file: PathBuf,
    },
    /// Put damaged files back from their safe copies.
    Repair,
    /// Sign with another issuer key from now on. What was signed before stays good; whoever checks by the former key has to be given the new one.
    RotateKey,
}

#[derive(Debug, Subcommand)]
pub(super) enum Space {
    /// List the spaces.
    List,
    /// Make a space.
    Add { name: String },
    /// Remove a space and all that is in it.
    Remove { name: String },
}

#[derive(Debug, Subcommand)]
pub(super) enum Persona {
    /// Show every field.
    Show,
    /// Show the ids that you have in other systems, or set one; no value clears it.
    External {
        system: Option<String>,
        value: Option<String>,
    },
    /// Set a field; no value clears it.
    Set {
        field: String,
        #[arg(value_name = "VALUE")]
        values: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Platform {
    /// List the platforms.
    List,
    /// Show one platform.
    Show { id: String },
    /// Add a platform of your own from a connector file, in place of an earlier one with its id.
    Add(ConnectorFile),
    /// Check a connector file.
    Check(ConnectorFile),
}

#[derive(Debug, Args)]
pub(super) struct ConnectorFile {
    /// The connector file, in TOML.
    pub(super) file: PathBuf,
    /// Let it name plain http on this computer.
    #[arg(long)]
    pub(super) allow_loopback: bool,
}

#[derive(Debug, Args)]
pub(super) struct Connect {
    /// The platform's id.
    pub(super) platform: String,
    /// Where the platform is, when it is not at its usual address.
    #[arg(long, value_name = "BASE")]
    pub(super) platform_url: Option<Url>,
    /// Your own client id at the platform.
    #[arg(long, value_name = "ID")]
    pub(super) client_id: Option<String>,
    /// A file with the secret of that client id.
    #[arg(long, value_name = "FILE", requires = "client_id")]
    pub(super) client_secret_file: Option<PathBuf>,
    /// Your relay: an https address that sends the browser on to this computer, or the name that the platform gave to it.
    #[arg(long, value_name = "RELAY")]
    pub(super) relay: Option<String>,
    /// Your address at the platform, where it answers by address instead of linking an account.
    #[arg(long, value_name = "ADDRESS", requires = "token_file", conflicts_with_all = ["client_id", "print_url"])]
    pub(super) email: Option<String>,
    /// A file with your own token at the platform; it opens your data there, so say it to nobody.
    #[arg(long, value_name = "FILE", requires = "email")]
    pub(super) token_file: Option<PathBuf>,
    /// Print the address instead of opening a browser.
    #[arg(long)]
    pub(super) print_url: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Connection {
    /// List the connections.
    List,
    /// Fetch what is new.
    Fetch {
        /// The connection; all of them unless named.
        id: Option<String>,
        /// Fetch from every connection.
        #[arg(long, conflicts_with = "id")]
        all: bool,
    },
    /// Type the code of the e-mail that asked whether your address is yours.
    Confirm { id: String, code: String },
    /// Send that e-mail again.
    SendAgain { id: String },
    /// Stop fetching.
    Pause { id: String },
    /// End the link; records are kept unless told otherwise.
    Disconnect {
        id: String,
        /// Delete the records as well.
        #[arg(long)]
        delete_data: bool,
    },
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct Import {
    /// Files or folders, as the platform gave them. One that is called like a command is written `./list`.
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<PathBuf>,
    /// What they are: a platform, or the name of an importer or mapping of yours; found out by what stands in them unless named.
    #[arg(long = "as", value_name = "CONNECTOR")]
    pub(super) platform: Option<String>,
    /// Only say what would be done; nothing is stored.
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Read the password of an encrypted file from the first line of a file.
    #[arg(long, value_name = "FILE")]
    pub(super) password_file: Option<PathBuf>,
    /// Leave out what they say of other people.
    #[arg(long)]
    pub(super) without_people: bool,
    /// Your account's name at the platform, where you have several.
    #[arg(long, value_name = "NAME", default_value = "")]
    pub(super) account: String,
    /// The zone of times that say none, such as `Europe/Madrid`.
    #[arg(long, value_name = "ZONE")]
    pub(super) time_zone: Option<String>,
    #[command(subcommand)]
    pub(super) command: Option<ImportCommand>,
}

#[derive(Debug, Subcommand)]
pub(super) enum ImportCommand {
    /// List the imports.
    List,
    /// Go on with one that was stopped.
    Continue {
        id: String,
        /// Read the password of an encrypted file from the first line of a file.
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// Show the rows of one that were set aside.
    Aside { id: String },
    /// Show a row that was set aside, whole; with `--set`, correct its cells, and take it as a part of its import.
    Fix {
        id: String,
        /// Its number, as `import aside` shows it.
        row: u64,
        /// Its file, where several have such a row.
        #[arg(long, value_name = "PATH")]
        file: Option<String>,
        /// What a cell should say.
        #[arg(long = "set", value_name = "COLUMN=TEXT")]
        cells: Vec<String>,
        /// Show cells that speak of others, too.
        #[arg(long)]
        people: bool,
    },
    /// Take back what one brought, within thirty days.
    Undo { id: String },
}

#[derive(Debug, Subcommand)]
pub(super) enum DataRequest {
    /// List the requests.
    List,
    /// List the platforms whose way to ask is known.
    Platforms,
    /// Show one request with what happened.
    Show { id: String },
    /// Begin a request; nothing is sent.
    Begin {
        platform: String,
        /// The language of the letters: en, sv, ca, es, de or fr.
        #[arg(long, default_value = "en")]
        language: String,
    },
    /// Print a letter.
    Letter {
        id: String,
        /// Which one.
        #[arg(value_enum, default_value_t = LetterKind::Access)]
        kind: LetterKind,
        /// Another language than the request has.
        #[arg(long)]
        language: Option<String>,
    },
    /// Say that you sent it; the month begins on that day.
    Sent {
        id: String,
        /// The day, `2026-11-10`; today unless given.
        #[arg(long, value_name = "DAY")]
        at: Option<String>,
    },
    /// Say what happened.
    Step {
        id: String,
        #[arg(value_enum)]
        what: RequestStep,
        /// The day, `2026-11-10`; today unless given.
        #[arg(long, value_name = "DAY")]
        at: Option<String>,
        /// A note of yours.
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Ask no longer.
    Stop { id: String },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum LetterKind {
    Access,
    Reminder,
    Complaint,
    Identity,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum RequestStep {
    Arrived,
    Identity,
    Extended,
    Refused,
    Note,
    Answered,
}

#[derive(Debug, Subcommand)]
pub(super) enum Records {
    /// List records, newest first.
    List(RecordFilter),
    /// Search in all words, amounts and dates.
    Search { text: String },
    /// Show one record with where it came from.
    Show { id: String },
    /// Counts and sums.
    Summary,
    /// Add an entry of your own.
    Add {
        /// The kind of record.
        kind: String,
        /// What it says: start, end, type, title, text, distance_m, amount, currency, and for ratings rating, rating_name, rating_min,
        /// rating_max. For example `start=2026-11-20 title=Harvest amount=12.50 currency=EUR`.
        #[arg(value_name = "FIELD=VALUE", required = true)]
        fields: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub(super) struct RecordFilter {
    /// Only this kind.
    #[arg(long, value_name = "K")]
    pub(super) kind: Option<String>,
    /// Only this platform.
    #[arg(long, value_name = "P")]
    pub(super) platform: Option<String>,
    /// From this day on.
    #[arg(long, value_name = "DATE")]
    pub(super) from: Option<String>,
    /// Up to and including this day.
    #[arg(long, value_name = "DATE")]
    pub(super) to: Option<String>,
    /// At most so many; all unless given.
    #[arg(long, value_name = "N")]
    pub(super) limit: Option<u32>,
}

#[derive(Debug, Subcommand)]
pub(super) enum App {
    /// Look at an app's description and install it; of one that is installed, see what changed. With `--gigdata`, register an app that
    /// speaks the Gigdata API; its secret is shown this once.
    Add {
        /// Where the app's description is, or the file of a packaged app.
        #[arg(value_name = "URL|FILE.zip", required_unless_present = "gigdata", conflicts_with = "gigdata", value_parser = Wanted::parse)]
        wanted: Option<Wanted>,
        #[command(flatten)]
        consumer: Consumer,
    },
    /// Give an app of the Gigdata API another secret, shown this once; its tokens end.
    RotateSecret { id: String },
    /// Use the new version of an app, as `app show` tells its changes.
    Accept { id: String },
    /// Keep the old version of an app; the new one is not offered again.
    Keep { id: String },
    /// List the apps.
    List,
    /// Show one app.
    Show { id: String },
    /// Set something for an app: profile, settings (as JSON), serial, reference, roles, notifications, sounds. A secret (origin-token,
    /// request-secret, response-secret) comes from a file.
    Set {
        id: String,
        key: String,
        #[arg(required_unless_present = "secret_file", conflicts_with = "secret_file")]
        value: Option<String>,
        /// A file with the secret; an empty one forgets it.
        #[arg(long, value_name = "FILE")]
        secret_file: Option<PathBuf>,
    },
    /// Open a way out of an app for good: share or services with another app, clipboard, or link with an address.
    Exit {
        id: String,
        way: String,
        target: Option<String>,
        /// Close it again.
        #[arg(long)]
        close: bool,
    },
    /// Remove an app.
    Remove { id: String },
}

/// Where an app is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// At an address.
    Address(Url),
    /// In a file.
    File(PathBuf),
}

impl Wanted {
    fn parse(text: &str) -> Result<Self, String> {
        if Path::new(text)
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("zip"))
            && !text.contains("://")
        {
            return Ok(Self::File(text.into()));
        }
        text.parse()
            .map(Self::Address)
            .map_err(|error| format!("{error}"))
    }
}

/// An app that speaks the Gigdata API.
#[derive(Debug, Args)]
pub(super) struct Consumer {
    /// Its name.
    #[arg(long, value_name = "NAME", requires = "callback")]
    pub(super) gigdata: Option<String>,
    /// Where it is told that you agreed, and what changed.
    #[arg(long, value_name = "URL", requires = "gigdata")]
    pub(super) callback: Option<String>,
    /// Where your browser may return to, exactly so; may be given several times.
    #[arg(long = "return", value_name = "URL", requires = "gigdata")]
    pub(super) returns: Vec<String>,
    /// Let it ask for reviews and achievements too when it names nothing.
    #[arg(long, requires = "gigdata")]
    pub(super) full: bool,
    /// Let it be a program on this computer.
    #[arg(long, requires = "gigdata")]
    pub(super) allow_loopback: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Settings {
    /// List the settings.
    List,
    /// Show one setting.
    Get { key: String },
    /// Change a setting. A secret, such as mail.password, comes from a file.
    Set {
        key: String,
        #[arg(required_unless_present = "secret_file", conflicts_with = "secret_file")]
        value: Option<String>,
        /// A file with the secret; an empty one forgets it.
        #[arg(long, value_name = "FILE")]
        secret_file: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum CoreApp {
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
pub(super) struct NewCoreApp {
    /// Its name.
    #[arg(long)]
    pub(super) name: String,
    /// A short handle: small letters, digits and hyphens.
    #[arg(long)]
    pub(super) code: String,
    /// A build by its identifier (bundle id, Android application id, host name), with its versions behind an equals sign and commas between
    /// them; may be given several times.
    #[arg(long = "type", value_name = "IDENTIFIER[=VERSION,…]", required = true)]
    pub(super) types: Vec<String>,
    /// A service that it may use; may be given several times.
    #[arg(long = "service", value_name = "ID")]
    pub(super) services: Vec<String>,
    /// Let it be attached to other spaces.
    #[arg(long)]
    pub(super) multi_tenant: bool,
    /// Let it be used without a profile.
    #[arg(long)]
    pub(super) anonymous: bool,
}

/// How an application may be used in a space. What is not said stays as it is.
#[derive(Debug, Args)]
pub(super) struct CoreInstallation {
    pub(super) id: String,
    /// The services that it may use, instead of those it had; may be given several times.
    #[arg(long = "service", value_name = "ID")]
    pub(super) services: Option<Vec<String>>,
    /// Whether it may be used without a profile.
    #[arg(long)]
    pub(super) anonymous: Option<bool>,
    /// More sessions than this end the oldest; 0 for no limit.
    #[arg(long, value_name = "N")]
    pub(super) most_sessions: Option<u64>,
    /// A session that was idle for so long is over; 0 for never.
    #[arg(long, value_name = "MINUTES")]
    pub(super) idle: Option<u64>,
    /// A session is over so long after its login; 0 for never.
    #[arg(long, value_name = "MINUTES")]
    pub(super) login: Option<u64>,
    /// So long a refresh token that was replaced is taken once more.
    #[arg(long, value_name = "SECONDS")]
    pub(super) grace: Option<u64>,
    /// Sessions that began before this moment of the year (UTC) are over, such as "08-31 04:00"; `never` for no such moment.
    #[arg(long, value_name = "MM-DD HH:MM")]
    pub(super) yearly: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum CoreProvider {
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
pub(super) enum CoreKey {
    /// One more key, printed this once.
    Add { app: String },
    /// Take a key away, by the id that names it.
    Remove { app: String, key: String },
}

#[derive(Debug, Subcommand)]
pub(super) enum CoreConfig {
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
pub(super) enum Service {
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
pub(super) enum ServiceAccount {
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
pub(super) struct NewServiceAccount {
    /// Its name.
    pub(super) name: String,
    /// An application that it is for; may be given several times.
    #[arg(long = "app", value_name = "APP", required = true)]
    pub(super) apps: Vec<String>,
    /// What it is to see in each of them; may be given several times.
    #[arg(long = "scope", value_name = "SCOPE", required = true)]
    pub(super) scopes: Vec<String>,
    /// The known service that it belongs to.
    #[arg(long, value_name = "ID", default_value = "")]
    pub(super) service: String,
    /// Its last day, YYYY-MM-DD.
    #[arg(long, value_name = "DATE")]
    pub(super) until: String,
    #[command(flatten)]
    pub(super) key: CredentialKey,
}

/// A credential that is to be made.
#[derive(Debug, Args)]
pub(super) struct NewCredential {
    /// The service account.
    pub(super) id: String,
    /// The name of the credential.
    #[arg(long, default_value = "")]
    pub(super) name: String,
    #[command(flatten)]
    pub(super) key: CredentialKey,
}

/// A public key instead of a token.
#[derive(Debug, Args)]
pub(super) struct CredentialKey {
    /// Sign its requests with this key instead of sending a token.
    #[arg(long, value_name = "PEM", requires = "alg")]
    pub(super) key: Option<PathBuf>,
    /// The algorithm of the key, such as RS256.
    #[arg(long, requires = "key")]
    pub(super) alg: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Peer {
    /// Add a cooperative from its descriptor, and pin its key: adding a file by hand counts as the comparison.
    Add { file: PathBuf },
    /// Who is known.
    List,
    /// Forget a cooperative. Its transfers stay.
    Remove { id: String },
    /// Print our own descriptor, for the other side. Giving it away is logged.
    Descriptor,
}

/// Work data, as sums of each month of the last two years.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum WorkData {
    /// Gigs and hours, without money.
    Gigs,
    /// Earnings per currency.
    Earnings,
    /// Average ratings with their counts.
    Ratings,
}

/// To whom a transfer goes, and what for.
#[derive(Debug, Args)]
pub(super) struct SendTransfer {
    pub(super) peer: String,
    pub(super) service: String,
    /// Add work data that they did not ask for; name it again for more.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(super) add: Vec<WorkData>,
    /// Show what would be sent, and send nothing.
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Your word that it may be sent.
    #[arg(long)]
    pub(super) yes: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum TransferCommand {
    /// Show every field and value, ask, sign, send, and print the receipt.
    Send(SendTransfer),
    /// Check a receipt, without a vault.
    Verify {
        receipt: PathBuf,
        /// The sender's public key, to compare.
        #[arg(long, value_name = "PEM")]
        key: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Incoming {
    /// What waits, and what was kept.
    List,
    /// Keep it.
    Accept { id: String },
    /// Let it go.
    Discard { id: String },
}

#[derive(Debug, Subcommand)]
pub(super) enum Grant {
    /// Who may see what.
    List,
    /// Show one grant.
    Show { id: String },
    /// Take a grant back.
    Revoke { id: String },
    /// The questions that wait for an answer.
    #[command(subcommand)]
    Request(Request),
}

#[derive(Debug, Subcommand)]
pub(super) enum Request {
    /// List the open questions.
    List,
    /// Refuse.
    Deny { id: String },
    /// Allow, as much as you say.
    Allow(Allow),
}

#[derive(Debug, Args)]
pub(super) struct Allow {
    /// The question.
    pub(super) id: String,
    /// Only these scopes.
    #[arg(long, value_name = "SCOPE", num_args = 1..)]
    pub(super) only: Vec<String>,
    /// Only from these connections.
    #[arg(long, value_name = "ID", num_args = 1..)]
    pub(super) connection: Vec<String>,
    /// Only from this day on.
    #[arg(long, value_name = "DATE")]
    pub(super) from: Option<String>,
    /// Only up to this day.
    #[arg(long, value_name = "DATE")]
    pub(super) to: Option<String>,
    /// How exact.
    #[arg(long, value_enum, default_value_t = Precision::Exact)]
    pub(super) precision: Precision,
    /// How exact amounts are; rounded is to two significant digits.
    #[arg(long, value_enum, default_value_t = Amounts::Exact)]
    pub(super) amounts: Amounts,
    /// How exact places are.
    #[arg(long, value_enum, default_value_t = Places::Exact)]
    pub(super) places: Places,
    /// Whether other people's names are told.
    #[arg(long, value_enum, default_value_t = People::Named)]
    pub(super) people: People,
    /// For this once.
    #[arg(long, conflicts_with = "until")]
    pub(super) once: bool,
    /// Until a day.
    #[arg(long, value_name = "DATE")]
    pub(super) until: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Amounts {
    Exact,
    Rounded,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Places {
    Exact,
    #[value(name = "1km")]
    Kilometre,
    Hidden,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum People {
    Named,
    Removed,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Precision {
    Week,
    Month,
    Exact,
}

#[derive(Debug, Subcommand)]
pub(super) enum Log {
    /// List what left and what was refused, newest first.
    List {
        /// From this day on.
        #[arg(long, value_name = "DATE")]
        since: Option<String>,
    },
    /// Check that no entry was changed or removed.
    Verify,
    /// Write the log, with a signed last line: as a page to read where the name ends in .html, else one entry a line.
    Export { file: PathBuf },
}

#[derive(Debug, Subcommand)]
pub(super) enum Backpack {
    /// Pack everything into one file.
    Export {
        file: PathBuf,
        /// With sign-ins and keys, for moving to another computer.
        #[arg(long)]
        full: bool,
        /// Lock it for this key.
        #[arg(long, value_name = "AGE1…", num_args = 1.., conflicts_with = "backpack_passphrase_file")]
        recipient: Vec<String>,
        /// Lock it with the passphrase in this file.
        #[arg(long, value_name = "FILE")]
        backpack_passphrase_file: Option<PathBuf>,
    },
    /// Check a backpack without bringing anything in.
    Verify {
        file: PathBuf,
        #[command(flatten)]
        key: OpenKey,
    },
    /// Bring a backpack in.
    Restore {
        file: PathBuf,
        #[command(flatten)]
        key: OpenKey,
        /// Into a new vault in this folder.
        #[arg(long, value_name = "DIR")]
        into: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(super) struct OpenKey {
    /// The passphrase that the backpack was locked with.
    #[arg(long, value_name = "FILE")]
    pub(super) backpack_passphrase_file: Option<PathBuf>,
    /// A file with an age key.
    #[arg(long, value_name = "FILE", conflicts_with = "backpack_passphrase_file")]
    pub(super) identity_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct DemoPlatform {
    /// The port; 0 takes any free one.
    #[arg(long, value_name = "N", default_value_t = DEMO_PORT)]
    pub(super) port: u16,
    /// How many gigs.
    #[arg(long, value_name = "N")]
    pub(super) records: Option<u32>,
    /// Another seed makes other people.
    #[arg(long, value_name = "S")]
    pub(super) seed: Option<u64>,
    /// Misbehave in a named way.
    #[arg(long, value_name = "NAME")]
    pub(super) fault: Option<String>,
}
