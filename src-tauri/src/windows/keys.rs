//! Keys that work in the window of an app too, wherever the focus is: they are taken before the app's page sees them.

use gtk::{
    gdk::{self, ModifierType, keys::constants as key},
    glib::Propagation,
    prelude::WidgetExt as _,
};
use tauri::{AppHandle, Manager as _, WebviewWindow};
use vault_core::LockReason;

use crate::{desk::desk, events, frames, lock, windows};

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    /// Search or jump to, in the person's window.
    Jump,
    Lock,
    /// Ends all that this app may see.
    StopSharing,
    /// Gives the focus to the trusted strip.
    Strip,
}

/// Takes the keys of a window, and notes that somebody uses it.
pub(super) fn watch(window: &WebviewWindow) {
    let watched = window.clone();
    // The window belongs to the main thread.
    let asked = window.app_handle().run_on_main_thread(move || listen(&watched));
    if let Err(error) = asked {
        tracing::warn!(%error, "keys of an app's window are not taken");
    }
}

fn listen(window: &WebviewWindow) {
    let (app, label) = (window.app_handle().clone(), window.label().to_owned());
    let Ok(window) = window.gtk_window() else { return };
    window.connect_key_press_event(move |_, event| {
        desk(&app).idle.touch();
        let Some(act) = act_of(event.keyval(), event.state()) else {
            return Propagation::Proceed;
        };
        run(&app, &label, act);
        Propagation::Stop
    });
}

fn act_of(pressed: gdk::keys::Key, state: ModifierType) -> Option<Act> {
    let control = state.contains(ModifierType::CONTROL_MASK);
    let other = state.intersects(ModifierType::MOD1_MASK | ModifierType::SUPER_MASK);
    match (pressed, control && !other) {
        (key::k | key::K, true) => Some(Act::Jump),
        (key::l | key::L, true) => Some(Act::Lock),
        (key::period | key::greater, true) => Some(Act::StopSharing),
        (key::F6, false) if !other => Some(Act::Strip),
        _ => None,
    }
}

fn run(app: &AppHandle, label: &str, act: Act) {
    match act {
        Act::Jump => {
            windows::raise_main(app);
            events::navigate(app, "command:jump");
        }
        Act::Lock => lock::lock_soon(app, LockReason::You),
        Act::StopSharing => frames::stop_sharing_soon(app, label),
        Act::Strip => events::tell(app, label, "frameStrip", ()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_these_keys_are_taken() {
        let control = ModifierType::CONTROL_MASK;
        assert_eq!(act_of(key::k, control), Some(Act::Jump));
        assert_eq!(act_of(key::L, control | ModifierType::LOCK_MASK), Some(Act::Lock));
        assert_eq!(act_of(key::period, control), Some(Act::StopSharing));
        assert_eq!(act_of(key::F6, ModifierType::empty()), Some(Act::Strip));
        for (pressed, state) in [
            (key::k, ModifierType::empty()),
            (key::k, control | ModifierType::MOD1_MASK),
            (key::a, control),
            (key::F6, control),
        ] {
            assert_eq!(act_of(pressed, state), None);
        }
    }
}
