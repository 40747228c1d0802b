//! What passes between an app and the host, for developers.

use tauri::{State, WebviewWindow};

use super::of;
use crate::{
    desk::Desk,
    error::Answer,
    view::frame::{Dropped, TraceRow},
};

/// The messages after a number, oldest first; none while developer mode is off.
#[tauri::command]
#[specta::specta]
pub(crate) async fn frame_trace(
    window: WebviewWindow,
    desk: State<'_, Desk>,
    after: u32,
) -> Answer<Vec<TraceRow>> {
    let frame = of(&window, &desk)?;
    frame.trace.follow(desk.settings().developer);
    Ok(frame.trace.after(after).into_iter().map(TraceRow::from).collect())
}

/// What one message says, as far as it was kept: only while somebody looks at it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn frame_trace_text(
    window: WebviewWindow,
    desk: State<'_, Desk>,
    number: u32,
) -> Answer<Option<String>> {
    let frame = of(&window, &desk)?;
    let text = frame.trace.text(number);
    // The token of this opening is in every message of an app.
    Ok(text.map(|text| text.replace(frame.token().expose(), "(token)")))
}

/// Notes what the page dropped before anybody read it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn frame_dropped(
    window: WebviewWindow,
    desk: State<'_, Desk>,
    dropped: Dropped,
) -> Answer<()> {
    let frame = of(&window, &desk)?;
    for (count, why) in [
        (dropped.foreign, "from another window or origin"),
        (dropped.large, "larger than 1 MiB"),
        (dropped.strange, "no text"),
        (dropped.flood, "more than can be taken at once"),
    ] {
        if count > 0 {
            frame
                .trace
                .dropped(usize::try_from(count).unwrap_or(usize::MAX), why);
        }
    }
    Ok(())
}
