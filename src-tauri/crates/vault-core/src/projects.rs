//! Projects: what somebody who builds a platform or an app keeps here about it. A project begins under test: its platform is in no list and
//! its app sees nothing, whoever asks. It is live when the person says so, and has what others need to know it by.

use uuid::Uuid;
use vault_store::{
    ConsumerId, ProjectId, SecretValue, Tx, connections, connectors, consumers,
    projects::{self, Project},
};

use crate::{
    SpaceHandle, VaultError, VaultEvent,
    consumers::{ConsumerInfo, NewConsumer, add, party, remove, stop},
    disclosure::is_plain_name,
    vault::Turn,
};

/// The most projects of a space.
const MOST: usize = 100;
/// The longest description, in characters (spec 9.1).
const LONGEST_DESCRIPTION: usize = 100;
/// The longest address of a page, in bytes (spec 2.4).
const LONGEST_ADDRESS: usize = 2048;
/// The largest picture, in bytes.
pub const LARGEST_LOGO: usize = 100 * 1024;

/// What a project is known by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProjectTexts {
    /// Its name.
    pub name: String,
    /// What it is, in a sentence; may be empty under test.
    pub description: String,
    /// The https address of its page; may be empty under test.
    pub webpage: String,
}

impl SpaceHandle {
    /// The projects of a space, in the order in which they were made.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn projects(&self) -> Result<Vec<Project>, VaultError> {
        self.write(|turn| Ok(turn.space.db.read(projects::list)?)).await
    }

    /// One project.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`].
    pub async fn project(&self, id: ProjectId) -> Result<Project, VaultError> {
        self.write(move |turn| get(turn, id)).await
    }

    /// The project that an app belongs to, where it belongs to one.
    ///
    /// # Errors
    /// The vault is locked, or the database could not be read.
    pub async fn project_of_app(&self, app: ConsumerId) -> Result<Option<Project>, VaultError> {
        self.write(move |turn| Ok(turn.space.db.read(|view| projects::of_consumer(view, app))?))
            .await
    }

    /// Begins a project, under test.
    ///
    /// # Errors
    /// [`VaultError::Invalid`], which names the field and what it needs.
    pub async fn add_project(&self, texts: ProjectTexts) -> Result<ProjectId, VaultError> {
        self.write(move |turn| {
            if turn.space.db.read(projects::list)?.len() >= MOST {
                return Err(invalid("projects", "at most 100"));
            }
            let texts = check(texts)?;
            let project = Project {
                id: ProjectId::new(),
                name: texts.name,
                description: texts.description,
                webpage: texts.webpage,
                logo: None,
                live: false,
                platform: None,
                token: None,
                consumer: None,
                created_at: turn.now(),
            };
            turn.space.db.write(|tx| projects::insert(tx, &project))?;
            changed(turn);
            Ok(project.id)
        })
        .await
    }

    /// Writes what a project is known by. A live one keeps all three texts.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], [`VaultError::Invalid`].
    pub async fn describe_project(&self, id: ProjectId, texts: ProjectTexts) -> Result<(), VaultError> {
        self.write(move |turn| {
            let texts = check(texts)?;
            change(turn, id, move |project| {
                project.name = texts.name;
                project.description = texts.description;
                project.webpage = texts.webpage;
                if project.live { ready(project) } else { Ok(()) }
            })
        })
        .await
    }

    /// Gives a project a picture, PNG or JPEG, or takes it away.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], [`VaultError::Invalid`] for what is no picture or too large.
    pub async fn set_project_logo(&self, id: ProjectId, logo: Option<Vec<u8>>) -> Result<(), VaultError> {
        self.write(move |turn| {
            if let Some(bytes) = &logo {
                check_logo(bytes)?;
            }
            change(turn, id, move |project| {
                project.logo = logo;
                Ok(())
            })
        })
        .await
    }

    /// Makes a project a platform, or describes its platform anew; `platform` is the id of a connector that is kept already. Returns the token
    /// that its tests are made with, shown this once, when it had none.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or the database could not be written.
    pub async fn set_project_platform(
        &self,
        id: ProjectId,
        platform: &str,
    ) -> Result<Option<SecretValue>, VaultError> {
        let platform = platform.to_owned();
        self.write(move |turn| {
            let mut shown = None;
            if turn
                .space
                .db
                .read(|view| connectors::get(view, &platform))?
                .is_none()
            {
                return Err(VaultError::NoSuch("platform"));
            }
            change(turn, id, |project| {
                project.platform = Some(platform);
                if project.token.is_none() {
                    let token = fresh_token();
                    shown = Some(token.clone());
                    project.token = Some(token);
                }
                Ok(())
            })?;
            Ok(shown)
        })
        .await
    }

    /// Gives the tests of a project's platform another token, shown this once.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`] for a project that is no platform.
    pub async fn rotate_project_token(&self, id: ProjectId) -> Result<SecretValue, VaultError> {
        self.write(move |turn| {
            let token = fresh_token();
            let kept = token.clone();
            change(turn, id, |project| {
                if project.platform.is_none() {
                    return Err(VaultError::NoSuch("platform"));
                }
                project.token = Some(kept);
                Ok(())
            })?;
            Ok(token)
        })
        .await
    }

    /// Registers a project's app. Its secret is shown this once.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], [`VaultError::Exists`] when the project has an app; what registering an app fails for.
    pub async fn add_project_app(
        &self,
        id: ProjectId,
        new: NewConsumer,
    ) -> Result<(ConsumerInfo, SecretValue), VaultError> {
        self.write(move |turn| {
            if get(turn, id)?.consumer.is_some() {
                return Err(VaultError::Exists("app"));
            }
            let (info, secret) = add(turn, &new)?;
            change(turn, id, |project| {
                project.consumer = Some(info.id);
                Ok(())
            })?;
            Ok((info, secret))
        })
        .await
    }

    /// Takes a project live, or back under test. Back under test, its app sees nothing from that moment on, and is told so.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`]; [`VaultError::Invalid`] names what is missing before it can go live.
    pub async fn set_project_live(&self, id: ProjectId, live: bool) -> Result<(), VaultError> {
        self.write(move |turn| {
            let project = get(turn, id)?;
            if live {
                ready(&project)?;
            } else if let Some(app) = project.consumer {
                stop_app(turn, app)?;
            }
            change(turn, id, |project| {
                project.live = live;
                Ok(())
            })
        })
        .await
    }

    /// Removes a project with its app. Its platform goes too, unless an account there is connected: then its description stays.
    ///
    /// # Errors
    /// [`VaultError::NoSuch`], or the database could not be written.
    pub async fn remove_project(&self, id: ProjectId) -> Result<(), VaultError> {
        self.write(move |turn| {
            let project = get(turn, id)?;
            if let Some(app) = project.consumer {
                match remove(turn, app) {
                    Ok(()) | Err(VaultError::NoSuch(_)) => {}
                    Err(error) => return Err(error),
                }
            }
            turn.space.db.write(|tx| {
                projects::delete(tx, id)?;
                if let Some(platform) = &project.platform {
                    forget_platform(tx, platform)?;
                }
                Ok::<_, VaultError>(())
            })?;
            changed(turn);
            Ok(())
        })
        .await
    }
}

/// Whether an app is one that nobody can agree to: it belongs to a project under test.
pub(crate) fn is_under_test(turn: &Turn<'_>, app: ConsumerId) -> Result<bool, VaultError> {
    let project = turn.space.db.read(|view| projects::of_consumer(view, app))?;
    Ok(project.is_some_and(|project| !project.live))
}

fn get(turn: &Turn<'_>, id: ProjectId) -> Result<Project, VaultError> {
    let found = turn.space.db.read(|view| projects::get(view, id))?;
    found.ok_or(VaultError::NoSuch("project"))
}

fn change(
    turn: &mut Turn<'_>,
    id: ProjectId,
    how: impl FnOnce(&mut Project) -> Result<(), VaultError>,
) -> Result<(), VaultError> {
    let mut project = get(turn, id)?;
    how(&mut project)?;
    turn.space.db.write(|tx| {
        let taken = projects::list(tx)?
            .iter()
            .any(|other| other.id != id && other.platform.is_some() && other.platform == project.platform);
        if taken {
            return Err(VaultError::Exists("project of this platform"));
        }
        Ok(projects::update(tx, &project)?)
    })?;
    changed(turn);
    Ok(())
}

/// Stops all that an app sees, and the questions that it waits for.
fn stop_app(turn: &mut Turn<'_>, app: ConsumerId) -> Result<(), VaultError> {
    match turn.space.db.read(|view| consumers::get(view, app))? {
        Some(consumer) => stop(turn, &party(&consumer)),
        None => Ok(()),
    }
}

fn forget_platform(tx: &Tx<'_>, platform: &str) -> Result<(), VaultError> {
    let used = connections::list(tx)?.iter().any(|one| one.platform == platform);
    if !used {
        connectors::delete(tx, platform)?;
    }
    Ok(())
}

/// A GUID, the form that platforms know (spec 1.1).
fn fresh_token() -> SecretValue {
    SecretValue::from(Uuid::new_v4().to_string().as_str())
}

/// What others need to know a project by, before it can be connected.
fn ready(project: &Project) -> Result<(), VaultError> {
    let missing = [
        ("description", project.description.is_empty()),
        ("page", project.webpage.is_empty()),
    ];
    if let Some((field, _)) = missing.into_iter().find(|(_, missing)| *missing) {
        return Err(invalid(field, "needed before the project can go live"));
    }
    if project.platform.is_none() && project.consumer.is_none() {
        return Err(invalid(
            "project",
            "needs a platform or an app before it can go live",
        ));
    }
    Ok(())
}

fn check(texts: ProjectTexts) -> Result<ProjectTexts, VaultError> {
    let name = texts.name.trim().to_owned();
    if !is_plain_name(&name) {
        return Err(invalid("name", "1 to 100 characters, none of them hidden"));
    }
    let description = texts.description.trim().to_owned();
    let fits = description.chars().nth(LONGEST_DESCRIPTION).is_none() && is_plain_name(&description);
    if !description.is_empty() && !fits {
        return Err(invalid(
            "description",
            "at most 100 characters, none of them hidden",
        ));
    }
    let webpage = texts.webpage.trim().to_owned();
    if !webpage.is_empty() {
        let is_page = webpage.len() <= LONGEST_ADDRESS
            && url::Url::parse(&webpage).is_ok_and(|url| url.scheme() == "https" && url.has_host());
        if !is_page {
            return Err(invalid("page", "an address that begins with https://"));
        }
    }
    Ok(ProjectTexts {
        name,
        description,
        webpage,
    })
}

/// PNG and JPEG by their first bytes: what the pages show.
fn check_logo(bytes: &[u8]) -> Result<(), VaultError> {
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
    const JPEG: &[u8] = b"\xff\xd8\xff";
    if bytes.len() > LARGEST_LOGO {
        return Err(invalid("logo", "at most 100 kB"));
    }
    if bytes.starts_with(PNG) || bytes.starts_with(JPEG) {
        Ok(())
    } else {
        Err(invalid("logo", "a PNG or JPEG picture"))
    }
}

fn invalid(field: &'static str, why: &'static str) -> VaultError {
    VaultError::Invalid { field, why }
}

fn changed(turn: &Turn<'_>) {
    let space = turn.space.info.id;
    turn.tell(VaultEvent::AppsChanged { space });
    turn.tell(VaultEvent::ConnectionsChanged { space });
}
