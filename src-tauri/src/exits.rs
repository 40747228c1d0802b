//! What leaves an app besides disclosure: it goes where the person agreed, or the person is asked in the app's own window, over a frame that
//! is hidden meanwhile.

use openplatform::message::{Handed, Mark, Sender, Silence};
use tauri::{AppHandle, Manager as _, Url};
use vault_core::{
    SpaceHandle,
    apps::{AppInfo, Exit},
};
use vault_store::{AppId, apps::AppState};

use crate::{
    desk::{
        desk,
        frames::{Act, Fate, Frame, Leaving, Parcel, Pending, Way},
    },
    error::Answer,
    events, frames,
    platform::browser,
    view::{
        frame::{FrameAsks, FrameQuestion},
        time::iso_utc,
    },
    windows,
};

/// What became of something that wants to leave.
pub(crate) enum Gone {
    /// It went.
    Went,
    /// The person is asked.
    Asked(FrameQuestion),
    /// It does not go, and why.
    Refused(&'static str),
}

/// Hands something to another app, or asks whether it may go. Opening an app with nothing in hand asks nobody.
pub(crate) async fn hand(app: &AppHandle, frame: &Frame, handed: Handed) -> Answer<Gone> {
    let apps = frame.space.apps().await?;
    let me = apps.iter().find(|one| one.id == frame.app);
    let Some((me, other)) = me.zip(find(&apps, frame.app, &handed.app)) else {
        return Ok(Gone::Refused("there is no such app, or it may not be opened"));
    };
    let open = desk(app).frames.label_of(other.id).is_some();
    if handed.silence == Silence::IfOpen && !open {
        return Ok(Gone::Refused("the other app is not open"));
    }
    if handed.body.is_none() && handed.path.is_none() {
        frames::open(app, frame.space.clone(), other.id).await?;
        return Ok(Gone::Went);
    }
    let from = sender(&frame.space, me, other.id, frame.mark()).await?;
    let shown = shown(&handed);
    let leaving = Leaving {
        exit: Exit::share(other.id),
        bytes: shown.len() as u64,
        act: Act::Hand {
            to: other.id,
            parcel: Parcel::thing(&from, &handed, &iso_utc(desk(app).clock.now())),
            unfocused: handed.silence == Silence::Unfocused,
        },
    };
    go_or_ask(app, frame, leaving, &shown).await
}

/// Copies a text, or asks whether it may be copied.
pub(crate) async fn copy(app: &AppHandle, frame: &Frame, text: String) -> Answer<Gone> {
    let leaving = Leaving {
        exit: Exit::clipboard(),
        bytes: text.len() as u64,
        act: Act::Copy(text.clone()),
    };
    go_or_ask(app, frame, leaving, &text).await
}

/// An app wants an address opened outside, by a link or a window of its own. Only addresses of the web are, and never without a yes.
pub(crate) fn outside(app: &AppHandle, label: &str, url: Url) {
    let (app, label) = (app.clone(), label.to_owned());
    tauri::async_runtime::spawn(async move {
        let Some(frame) = desk(&app).frames.of(&label) else {
            return;
        };
        let note = |fate| {
            frame
                .trace
                .note(Way::ToHost, frame.mark(), "(window)", url.as_str(), fate)
        };
        let Some(exit) = Exit::link(&url) else {
            return note(Fate::Dropped("it is no address of the web"));
        };
        if !frame.pace.step() {
            return note(Fate::Dropped("too many at once"));
        }
        // A browser that comes up would take the focus from the window with the question.
        if app.get_webview_window(windows::CONSENT).is_some() {
            return note(Fate::Dropped("a question is open"));
        }
        let leaving = Leaving {
            exit,
            bytes: url.as_str().len() as u64,
            act: Act::Browse(url.clone()),
        };
        match go_or_ask(&app, &frame, leaving, url.as_str()).await {
            Ok(Gone::Went) => note(Fate::Acted),
            Ok(Gone::Asked(question)) => {
                note(Fate::Asked);
                events::tell(&app, &label, "frameAsks", FrameAsks { question });
            }
            Ok(Gone::Refused(why)) => note(Fate::Dropped(why)),
            Err(error) => tracing::debug!(code = error.code, "an address was not opened"),
        }
    });
}

/// The server of an app called a service of another one, and was refused: the person may open this way for later calls. An app without a
/// window asks for nothing, and an open one is asked about once.
pub(crate) fn service_wanted(app: &AppHandle, caller: AppId, target: AppId) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let desk = desk(&app);
        let Some(label) = desk.frames.label_of(caller) else {
            return;
        };
        let Some(frame) = desk.frames.of(&label).filter(|frame| frame.wants_first(target)) else {
            return;
        };
        let exit = Exit::services(target);
        let facts = match frame.space.exit_question(caller, exit.clone()).await {
            Ok(facts) if facts.may_stand => facts,
            // A way that may not stand cannot be opened for a call that comes later.
            Ok(_) => return,
            Err(error) => return tracing::debug!(%error, "a service cannot be asked about"),
        };
        let leaving = Leaving {
            exit: exit.clone(),
            bytes: 0,
            act: Act::Open,
        };
        if let Some(number) = frame.questions.put(Pending::Exit(leaving)) {
            let question = FrameQuestion::exit(number, &exit, facts, "", 0);
            events::tell(&app, &label, "frameAsks", FrameAsks { question });
        }
    });
}

/// The person has answered: `always` opens the way for good. What may go goes, after it is in the log.
pub(crate) async fn answered(
    app: &AppHandle,
    frame: &Frame,
    leaving: Leaving,
    yes: bool,
    always: bool,
) -> Answer<()> {
    if !yes {
        return Ok(frame.space.exit_refused(frame.app, leaving.exit).await?);
    }
    let opens_only = matches!(leaving.act, Act::Open);
    if always || opens_only {
        frame.space.allow_exit(frame.app, leaving.exit.clone()).await?;
    }
    if opens_only {
        return Ok(());
    }
    go(app, frame, leaving).await
}

async fn go_or_ask(app: &AppHandle, frame: &Frame, leaving: Leaving, shown: &str) -> Answer<Gone> {
    let exit = leaving.exit.clone();
    if frame.space.exit_allowed(frame.app, exit.clone()).await? {
        go(app, frame, leaving).await?;
        return Ok(Gone::Went);
    }
    let facts = frame.space.exit_question(frame.app, exit.clone()).await?;
    let bytes = leaving.bytes;
    Ok(match frame.questions.put(Pending::Exit(leaving)) {
        Some(number) => Gone::Asked(FrameQuestion::exit(number, &exit, facts, shown, bytes)),
        None => Gone::Refused("too many questions wait"),
    })
}

async fn go(app: &AppHandle, frame: &Frame, leaving: Leaving) -> Answer<()> {
    frame
        .space
        .exit_used(frame.app, leaving.exit, leaving.bytes)
        .await?;
    match leaving.act {
        Act::Hand {
            to,
            parcel,
            unfocused,
        } => {
            frames::hand(app, frame.space.clone(), to, parcel).await?;
            if unfocused {
                come_back(app, frame.app);
            }
        }
        Act::Open => {}
        Act::Copy(text) => windows::copy(app, text),
        Act::Browse(url) => {
            if !browser::open_and_see(&url).await {
                tracing::info!("no browser could be opened");
            }
        }
    }
    Ok(())
}

fn come_back(app: &AppHandle, id: AppId) {
    let window = desk(app)
        .frames
        .label_of(id)
        .and_then(|label| app.get_webview_window(&label));
    if let Some(window) = window
        && let Err(error) = windows::raise(&window)
    {
        tracing::debug!(%error, "a window did not come back to the front");
    }
}

/// The app that another means: by its id, else by its name in any letters, or as a linker.
fn find<'a>(apps: &'a [AppInfo], from: AppId, wanted: &str) -> Option<&'a AppInfo> {
    let others = || {
        apps.iter()
            .filter(|one| one.id != from && one.state == AppState::Ready)
    };
    let by_id = others().find(|one| wanted == frames::wire_id(one.id) || wanted == one.id.to_string());
    by_id.or_else(|| {
        let name = wanted.to_lowercase();
        others().find(|one| {
            one.manifest.name.to_lowercase() == name || openplatform::ids::linker(&one.manifest.name) == name
        })
    })
}

/// The app that hands over, as the other is told it: hosts up to version 4.8 named the id alone.
async fn sender(space: &SpaceHandle, me: &AppInfo, to: AppId, mark: Option<Mark>) -> Answer<Sender> {
    let old = matches!(space.app_choices(to).await?.profile.as_str(), "p2" | "p3");
    let id = frames::wire_id(me.id);
    Ok(if old && mark != Some(Mark::TotalPlatform) {
        Sender::Id(id)
    } else {
        Sender::Named {
            id,
            name: me.manifest.name.clone(),
            kind: me.manifest.kind.clone(),
        }
    })
}

/// What would go, for the person to look at.
fn shown(handed: &Handed) -> String {
    let thing = handed.body.as_ref().map(|body| match body.as_str() {
        Some(text) => text.to_owned(),
        None => serde_json::to_string_pretty(body).unwrap_or_default(),
    });
    let parts = [handed.kind.clone(), handed.path.clone(), thing];
    let parts: Vec<String> = parts
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join("\n")
}
