//! The messages of an app, each with its effect (specification of OpenPlatform, 3.4 and 3.7).

use openplatform::message::{
    AppMessage, CallbackId, ConfigAct, Confirm, Envelope, HostMessage, Mark, MenuItem, Notification, Page,
    Tone, Words,
};
use serde_json::{Value, json};
use tauri::{AppHandle, Manager as _, WebviewWindow};
use vault_core::{
    apps::{NewMessage, Told},
    settings::Setting,
};

use super::{metadata, post};
use crate::{
    consent,
    desk::{
        desk,
        frames::{Fate, Frame, Pending},
    },
    error::Answer,
    events,
    exits::{self, Gone},
    frames,
    view::frame::{FrameEffect, FramePage, FrameQuestion, toast},
    windows,
};

/// What a message led to.
pub(super) struct Done {
    pub(super) effects: Vec<FrameEffect>,
    pub(super) fate: Fate,
}

impl Done {
    fn acted(effects: impl IntoIterator<Item = FrameEffect>) -> Self {
        Self {
            effects: effects.into_iter().collect(),
            fate: Fate::Acted,
        }
    }

    fn answered(effects: impl IntoIterator<Item = FrameEffect>) -> Self {
        Self {
            fate: Fate::Answered,
            ..Self::acted(effects)
        }
    }

    fn dropped(why: &'static str) -> Self {
        Self {
            fate: Fate::Dropped(why),
            ..Self::acted([])
        }
    }
}

/// Nobody waits for the answer.
const NO_CALLBACK: &str = "it waits for no answer";
const TOO_OFTEN: &str = "too many at once";
const QUESTION_OPEN: &str = "a question is open";

/// Does what a message says. `first`: the app has not spoken before in this opening.
pub(super) async fn act(
    app: &AppHandle,
    window: &WebviewWindow,
    frame: &Frame,
    envelope: Envelope,
    first: bool,
) -> Answer<Done> {
    let callback = envelope.callback;
    match envelope.message {
        AppMessage::Verify { .. } => match callback {
            Some(callback) => metadata::first(app, window, frame, callback, first)
                .await
                .map(Done::answered),
            None => Ok(Done::dropped(NO_CALLBACK)),
        },
        AppMessage::Meta { .. } => match callback {
            Some(callback) => {
                let answer = metadata::again(app, window, frame, callback).await?;
                Ok(Done::answered([answer]))
            }
            None => Ok(Done::dropped(NO_CALLBACK)),
        },
        AppMessage::Init => metadata::init(app, window, frame).await.map(Done::answered),
        AppMessage::Vault { get } => match callback {
            Some(callback) => Ok(Done::answered([metadata::path(frame, &get, callback).await?])),
            None => Ok(Done::dropped(NO_CALLBACK)),
        },
        AppMessage::Malformed { kind, reason } => Ok(malformed(frame, kind, reason, callback)),
        AppMessage::Config(act) => config(frame, act, callback).await,
        AppMessage::Launched => match callback {
            Some(callback) => Ok(Done::answered([metadata::launched(app, frame, callback).await?])),
            None => Ok(Done::dropped(NO_CALLBACK)),
        },
        AppMessage::Appearance => {
            let look = frames::look(window, frame).await?;
            Ok(Done::answered([post(
                frame,
                &HostMessage::appearance(&look, callback),
            )]))
        }
        AppMessage::Confirm(confirm) => Ok(asks(frame, confirm, callback)),
        AppMessage::Options(items) => Ok(menu(frame, items, callback)),
        AppMessage::Open(handed) | AppMessage::Share(handed) => match withheld(app, frame).await? {
            None => exits::hand(app, frame, handed).await.map(leaves),
            Some(why) => Ok(Done::dropped(why)),
        },
        AppMessage::Clipboard { text } => match frame.pace.step() {
            true => exits::copy(app, frame, text).await.map(leaves),
            false => Ok(Done::dropped(TOO_OFTEN)),
        },
        AppMessage::Notify(notification) => notify(frame, notification).await,
        AppMessage::Badge { force } => badge(window, frame, force).await,
        AppMessage::Message(words) => {
            let sound = sound(frame, sound_of(words.tone)).await?;
            let box_ = FrameEffect::Message {
                text: words.text,
                tone: words.tone.into(),
                button: words.button,
            };
            Ok(Done::acted([box_].into_iter().chain(sound)))
        }
        AppMessage::Snackbar(words) => {
            let sound = match envelope.mark {
                Mark::TotalPlatform => sound(frame, "badges").await?,
                Mark::OpenPlatform => None,
            };
            Ok(Done::acted([toast(words)].into_iter().chain(sound)))
        }
        AppMessage::Done(words) => finished(frame, words).await,
        AppMessage::Title(words) => {
            let sound = sound(frame, sound_of(words.tone)).await?;
            Ok(Done::acted([title(words)].into_iter().chain(sound)))
        }
        AppMessage::Play { sound: name } => Ok(match sound(frame, &name).await? {
            Some(effect) => Done::acted([effect]),
            None => Done::dropped("sounds are off"),
        }),
        AppMessage::RefreshProfile => {
            frames::view_changed(app).await;
            let look = frames::look(window, frame).await?;
            Ok(Done::acted([post(frame, &HostMessage::appearance(&look, None))]))
        }
        AppMessage::Path { path } => {
            desk(app).frames.set_path(frame.app, path);
            Ok(Done::acted([]))
        }
        AppMessage::Minimize => reach(app, window, frame, Reach::Minimize).await,
        AppMessage::Maximize => reach(app, window, frame, Reach::Maximize).await,
        AppMessage::Focus { .. } => reach(app, window, frame, Reach::Focus).await,
        AppMessage::QuickSearch => reach(app, window, frame, Reach::Search).await,
        AppMessage::NextWindow => reach(app, window, frame, Reach::Next).await,
        AppMessage::Shake { unless_focused } => {
            reach(app, window, frame, Reach::Shake { unless_focused }).await
        }
        AppMessage::Restart => reach(app, window, frame, Reach::Restart).await,
        AppMessage::Loading(loading) => Ok(shown(FrameEffect::Loading {
            show: loading.show,
            text: loading.text.unwrap_or_default(),
        })),
        AppMessage::Working(on) => Ok(shown(FrameEffect::Working { on })),
        AppMessage::Console(line) => Ok(shown(FrameEffect::Console {
            text: line.text,
            tone: line.tone.into(),
            show: line.show,
        })),
        // Upstream keeps these at the host; here they are the app's own lines, gone with its window.
        AppMessage::Log { text } => Ok(shown(FrameEffect::Console {
            text,
            tone: Tone::Info.into(),
            show: false,
        })),
        AppMessage::Progress(percent) => Ok(shown(FrameEffect::Progress { percent })),
        AppMessage::Offline(text) => Ok(shown(FrameEffect::Offline { text })),
        AppMessage::Page(page) => Ok(shown(shown_page(page))),
        AppMessage::Stop => Ok(shown(FrameEffect::Sound {
            name: None,
            volume: 0,
        })),
        AppMessage::Kill => Ok(shown(FrameEffect::Close)),
        AppMessage::Menu => Ok(shown(post(frame, &HostMessage::menu()))),
        AppMessage::Ignored { .. } => Ok(Done::dropped("it means nothing here")),
        AppMessage::Other { .. } => Ok(Done::dropped("no such type")),
    }
}

fn shown(effect: FrameEffect) -> Done {
    Done::acted([effect])
}

fn shown_page(page: Page) -> FrameEffect {
    let (page, text) = match page {
        Page::Help(text) => (FramePage::Help, text),
        Page::Changelog(text) => (FramePage::Changelog, text),
        Page::Report { kind, text, high } => {
            let head = [kind.as_str(), if high { "urgent" } else { "" }];
            let head: Vec<&str> = head.into_iter().filter(|part| !part.is_empty()).collect();
            let head = head.join(", ");
            let text = if head.is_empty() {
                text
            } else {
                format!("{head}\n\n{text}")
            };
            (FramePage::Report, Some(text))
        }
        Page::Feedback => (FramePage::Feedback, None),
    };
    FrameEffect::Page { page, text }
}

/// What reaches beyond the frame.
#[derive(Clone, Copy)]
enum Reach {
    Minimize,
    Maximize,
    Focus,
    Search,
    Next,
    Shake { unless_focused: bool },
    Restart,
}

/// Why an app may not raise a window now: only so often, and not while a question is open, whose window would lose the focus to it.
async fn withheld(app: &AppHandle, frame: &Frame) -> Answer<Option<&'static str>> {
    if !frame.pace.step() {
        return Ok(Some(TOO_OFTEN));
    }
    let open = !consent::waiting(app).await?.is_empty();
    Ok(open.then_some(QUESTION_OPEN))
}

/// Reaches beyond the frame.
async fn reach(app: &AppHandle, window: &WebviewWindow, frame: &Frame, what: Reach) -> Answer<Done> {
    if let Some(why) = withheld(app, frame).await? {
        return Ok(Done::dropped(why));
    }
    let in_front = || window.is_focused().unwrap_or(false);
    Ok(match what {
        Reach::Minimize => sized(frame, window.minimize(), &HostMessage::minimize()),
        Reach::Maximize => sized(frame, window.maximize(), &HostMessage::maximize()),
        Reach::Focus => to_front(window),
        Reach::Search => {
            windows::raise_main(app);
            events::navigate(app, "command:jump");
            Done::acted([])
        }
        Reach::Next => next_window(app, window),
        Reach::Shake { unless_focused } if unless_focused && in_front() => {
            Done::dropped("its window is in front")
        }
        Reach::Shake { .. } => Done::acted([FrameEffect::Shake]),
        Reach::Restart => Done::acted([post(frame, &HostMessage::kill()), FrameEffect::Restart]),
    })
}

fn to_front(window: &WebviewWindow) -> Done {
    if window.is_focused().unwrap_or(false) {
        return Done::acted([]);
    }
    match window.set_focus() {
        Ok(()) => Done::acted([]),
        Err(error) => {
            tracing::debug!(%error, "a window did not come to the front");
            Done::dropped("the window system refused")
        }
    }
}

/// The next open app in the order of their windows' names, else the person's window.
fn next_window(app: &AppHandle, window: &WebviewWindow) -> Done {
    let mut labels = desk(app).frames.labels();
    labels.sort();
    let at = labels.iter().position(|label| label == window.label());
    let next = at.and_then(|at| labels.get((at + 1) % labels.len()));
    match next
        .filter(|label| *label != window.label())
        .and_then(|label| app.get_webview_window(label))
    {
        Some(next) => to_front(&next),
        None => {
            windows::raise_main(app);
            Done::acted([])
        }
    }
}

fn asks(frame: &Frame, confirm: Confirm, callback: Option<CallbackId>) -> Done {
    let Some(callback) = callback else {
        return Done::dropped(NO_CALLBACK);
    };
    let pending = Pending::Confirm {
        callback,
        buttons: confirm.buttons.len(),
    };
    asked(frame, pending, |number| FrameQuestion::Confirm {
        number,
        text: confirm.text,
        buttons: confirm.buttons,
    })
}

fn menu(frame: &Frame, items: Vec<MenuItem>, callback: Option<CallbackId>) -> Done {
    if items.iter().all(|item| item.name.is_empty()) {
        return Done::dropped("its menu is empty");
    }
    let (names, items) = items.into_iter().map(|item| (item.name, item.item)).unzip();
    let pending = Pending::Options { callback, items };
    asked(frame, pending, |number| FrameQuestion::Options {
        number,
        items: names,
    })
}

fn asked(frame: &Frame, pending: Pending, question: impl FnOnce(u32) -> FrameQuestion) -> Done {
    match frame.questions.put(pending) {
        Some(number) => Done {
            fate: Fate::Asked,
            ..Done::acted([FrameEffect::Ask {
                question: question(number),
            }])
        },
        None => Done::dropped("too many questions wait"),
    }
}

fn leaves(gone: Gone) -> Done {
    match gone {
        Gone::Went => Done::acted([]),
        Gone::Asked(question) => Done {
            fate: Fate::Asked,
            ..Done::acted([FrameEffect::Ask { question }])
        },
        Gone::Refused(why) => Done::dropped(why),
    }
}

async fn config(frame: &Frame, act: ConfigAct, callback: Option<CallbackId>) -> Answer<Done> {
    let message = match act {
        ConfigAct::Read => {
            let Some(callback) = callback else {
                return Ok(Done::dropped(NO_CALLBACK));
            };
            let kept = frame.space.app_config(frame.app).await?;
            let value = kept.and_then(|text| serde_json::from_str(&text).ok());
            HostMessage::config_reply(value.unwrap_or(Value::Null), callback)
        }
        ConfigAct::Save(text) => {
            let kept = frame.space.set_app_config(frame.app, Some(text)).await;
            match (kept, callback) {
                (Ok(()), Some(callback)) => HostMessage::config_saved(callback),
                (Ok(()), None) => return Ok(Done::acted([])),
                (Err(_), Some(callback)) => {
                    HostMessage::config_refused("it was not kept: at most 256 KiB", callback)
                }
                (Err(_), None) => return Ok(Done::dropped("it is larger than 256 KiB")),
            }
        }
    };
    Ok(Done::answered([post(frame, &message)]))
}

/// A type of our own says what is wrong with it; the others have no word for that.
fn malformed(frame: &Frame, kind: &'static str, reason: &'static str, callback: Option<CallbackId>) -> Done {
    match (kind, callback) {
        ("vault", Some(callback)) => {
            let body = json!({ "code": "bad_request", "message": reason });
            Done::answered([post(frame, &HostMessage::vault_reply(400, body, callback))])
        }
        ("config", Some(callback)) => {
            Done::answered([post(frame, &HostMessage::config_refused(reason, callback))])
        }
        _ => Done::dropped(reason),
    }
}

async fn notify(frame: &Frame, notification: Notification) -> Answer<Done> {
    if !frame.pace.step() {
        return Ok(Done::dropped(TOO_OFTEN));
    }
    let text = notification.body.clone();
    let tone = match notification.kind.number() {
        1 => Tone::Success,
        2 => Tone::Warning,
        _ => Tone::Info,
    };
    let new = NewMessage {
        kind: notification.kind.number(),
        body: notification.body,
        data: notification.data.unwrap_or_default(),
    };
    Ok(match frame.space.notify(frame.app, new).await? {
        Told::Kept(_) => {
            let sound = sound(frame, "notifications").await?;
            let words = Words {
                text,
                tone,
                button: None,
            };
            Done::acted([toast(words)].into_iter().chain(sound))
        }
        Told::Dropped => Done::dropped("15 are not read yet"),
        Told::NotAllowed => Done::dropped("it may not notify"),
        Told::Off => Done::dropped("notifications are off"),
        Told::Muted => Done::dropped("its notifications are off"),
    })
}

/// A badge says that there is something to look at: who looks already needs none.
async fn badge(window: &WebviewWindow, frame: &Frame, force: bool) -> Answer<Done> {
    if !frame.pace.step() {
        return Ok(Done::dropped(TOO_OFTEN));
    }
    if !force && window.is_focused().unwrap_or(false) {
        return Ok(Done::dropped("its window is in front"));
    }
    Ok(match frame.space.badge(frame.app).await? {
        true => Done::acted([]),
        false => Done::dropped("it may not notify"),
    })
}

async fn finished(frame: &Frame, words: Words) -> Answer<Done> {
    let sound = sound(frame, sound_of(words.tone)).await?;
    let effect = if words.tone == Tone::Success {
        title(words)
    } else {
        FrameEffect::Message {
            text: words.text,
            tone: words.tone.into(),
            button: None,
        }
    };
    Ok(Done::acted([effect].into_iter().chain(sound)))
}

fn title(words: Words) -> FrameEffect {
    FrameEffect::Title {
        text: words.text,
        tone: words.tone.into(),
    }
}

const fn sound_of(tone: Tone) -> &'static str {
    match tone {
        Tone::Success => "success",
        Tone::Info => "done",
        Tone::Warning | Tone::Error => "alert",
    }
}

/// A sound, unless the person wants none, in general or of this app.
async fn sound(frame: &Frame, name: &str) -> Answer<Option<FrameEffect>> {
    let space = &frame.space;
    let on = space.setting(Setting::Sounds).await? == "true" && space.app_choices(frame.app).await?.sounds;
    let volume: u8 = space.setting(Setting::Volume).await?.parse().unwrap_or_default();
    Ok((on && volume > 0).then(|| FrameEffect::Sound {
        name: Some(name.to_owned()),
        volume,
    }))
}

/// The app hears that its window has another size, unless the window kept its own.
fn sized(frame: &Frame, done: tauri::Result<()>, event: &HostMessage) -> Done {
    match done {
        Ok(()) => Done::acted([post(frame, event)]),
        Err(error) => {
            tracing::debug!(%error, "a window kept its size");
            Done::dropped("the window system refused")
        }
    }
}
