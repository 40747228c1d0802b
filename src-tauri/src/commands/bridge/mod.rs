//! What the window of an app may do, for the app of that very window: no command takes an app's name.

mod message;
mod metadata;
mod strip;
mod trace;

use std::sync::Arc;

use tauri::{AppHandle, State, WebviewWindow};

pub(crate) use strip::*;
pub(crate) use trace::*;

use crate::{
    desk::{
        Desk,
        frames::{Fate, Frame, Pending, Way},
    },
    error::{Answer, AppError},
    exits, frames,
    view::frame::FrameEffect,
};
use openplatform::message::HostMessage;

/// One message of the frame. What does not come from this app, in this opening, is dropped without a word.
#[tauri::command]
#[specta::specta]
pub(crate) async fn frame_message(
    app: AppHandle,
    window: WebviewWindow,
    desk: State<'_, Desk>,
    data: String,
    origin: String,
) -> Answer<Vec<FrameEffect>> {
    let frame = of(&window, &desk)?;
    let envelope = match frame.hear(&data, &origin) {
        Ok(envelope) => envelope,
        Err(why) => {
            frame.trace.note(Way::ToHost, None, "", &data, Fate::Dropped(why));
            return Ok(Vec::new());
        }
    };
    let first = frame.learn(envelope.mark);
    let (mark, kind) = (envelope.mark, envelope.message.kind().to_owned());
    let done = message::act(&app, &window, &frame, envelope, first).await;
    let fate = done
        .as_ref()
        .map_or(Fate::Dropped("it could not be answered"), |done| done.fate);
    frame.trace.note(Way::ToHost, Some(mark), &kind, &data, fate);
    Ok(done?.effects)
}

/// The person's answer to a question in the window: which button or entry, from 0. For what would leave the app 0 is this once and 1 is for
/// good. No choice is a no, and a question of the app itself then stays without an answer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn frame_answer(
    app: AppHandle,
    window: WebviewWindow,
    desk: State<'_, Desk>,
    number: u32,
    choice: Option<u32>,
) -> Answer<Vec<FrameEffect>> {
    let frame = of(&window, &desk)?;
    let index = choice.and_then(|choice| usize::try_from(choice).ok());
    let reply = match frame.questions.take(number) {
        Some(Pending::Confirm { callback, buttons }) => index
            .filter(|index| *index < buttons)
            .map(|index| HostMessage::confirm_reply(index, callback)),
        Some(Pending::Options { callback, mut items }) => index
            .filter(|index| *index < items.len())
            .map(|index| HostMessage::options_reply(items.swap_remove(index), callback)),
        Some(Pending::Exit(leaving)) => {
            let (yes, always) = (matches!(choice, Some(0 | 1)), choice == Some(1));
            exits::answered(&app, &frame, leaving, yes, always).await?;
            None
        }
        None => None,
    };
    Ok(reply.iter().map(|message| post(&frame, message)).collect())
}

/// The frame loads again, as the same opening with a token of its own. Gives its address; what the earlier page asked is over.
#[tauri::command]
#[specta::specta]
pub(crate) async fn frame_reload(
    app: AppHandle,
    window: WebviewWindow,
    desk: State<'_, Desk>,
) -> Answer<String> {
    let frame = of(&window, &desk)?;
    frame.renew(frame.space.reopen_app(frame.app).await?.token);
    frames::address(&app, &frame).await
}

fn of(window: &WebviewWindow, desk: &Desk) -> Answer<Arc<Frame>> {
    desk.frames
        .of(window.label())
        .ok_or_else(|| AppError::new("APP-305"))
}

fn post(frame: &Frame, message: &HostMessage) -> FrameEffect {
    FrameEffect::Post {
        json: frame.say(message),
    }
}
