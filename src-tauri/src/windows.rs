//! The windows: one for the person, one for a question, one for each open app.

use openplatform::metadata::{Display, Window};
use tauri::{
    AppHandle, Manager as _, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, webview::NewWindowResponse,
};
use tokio::sync::oneshot;

use vault_store::TransferId;

use crate::{desk::desk, exits, frames, platform::browser, view::values::Theme};

mod keys;

/// The label of the person's window.
pub(crate) const MAIN: &str = "main";
/// The label of the window with a question.
pub(crate) const CONSENT: &str = "consent";
/// How the labels of app windows begin.
pub(crate) const APP: &str = "app-";

/// The smallest size of a window, in CSS pixels.
const MIN: (f64, f64) = (880.0, 600.0);
/// The height of the trusted strip above an app, and what the frame leaves free on its sides, in CSS pixels.
pub(crate) const STRIP: u32 = 112;
pub(crate) const MARGINS: u32 = 22;

/// Opens the person's window, or raises it.
///
/// # Errors
/// The window system refused.
pub(crate) fn open_main(app: &AppHandle) -> tauri::Result<()> {
    if let Some(window) = app.get_webview_window(MAIN) {
        return raise(&window);
    }
    let window = ours(app, MAIN, "index.html")
        .title("Satchel")
        .inner_size(1280.0, 800.0)
        .min_inner_size(MIN.0, MIN.1)
        .build()?;
    harden(&window);
    Ok(())
}

/// Brings a window to the front.
pub(crate) fn raise(window: &WebviewWindow) -> tauri::Result<()> {
    window.show()?;
    window.unminimize()?;
    window.set_focus()
}

/// Brings the person's window to the front, where it is there.
pub(crate) fn raise_main(app: &AppHandle) {
    if let Err(error) = open_main(app) {
        tracing::warn!(%error, "the window could not be raised");
    }
}

/// Shows all windows light, dark, or as the system.
pub(crate) fn set_theme(app: &AppHandle, theme: Theme) {
    for window in app.webview_windows().values() {
        if let Err(error) = window.set_theme(theme.of_window()) {
            tracing::debug!(%error, "a window has no theme");
        }
    }
    frames::appearance_changed(app);
}

/// Whether a window is dark, as chosen or as the system.
pub(crate) fn is_dark(window: &WebviewWindow, chosen: Theme) -> bool {
    match chosen {
        Theme::Dark => true,
        Theme::Light => false,
        Theme::System => matches!(window.theme(), Ok(tauri::Theme::Dark)),
    }
}

/// Opens the window for questions, above the others where the system can.
///
/// # Errors
/// The window system refused.
pub(crate) fn open_consent(app: &AppHandle, transfer: Option<TransferId>) -> tauri::Result<()> {
    let page = transfer.map_or_else(
        || "consent.html".to_owned(),
        |id| format!("consent.html#/transfer/{id}"),
    );
    let mut builder = ours(app, CONSENT, &page)
        .title("Satchel asks")
        .inner_size(1040.0, 672.0)
        .min_inner_size(MIN.0, MIN.1)
        .always_on_top(true)
        .center();
    let main = app.get_webview_window(MAIN);
    if let Some(main) = main.filter(|main| main.is_visible().unwrap_or(false)) {
        builder = builder.transient_for(&main)?;
    }
    let window = builder.build()?;
    harden(&window);
    window.set_focus()
}

/// Opens the window of an app. Its page is ours; the app is in a frame inside it.
///
/// # Errors
/// The window system refused.
pub(crate) fn open_app(app: &AppHandle, label: &str, name: &str, size: (f64, f64)) -> tauri::Result<()> {
    let (width, height) = (
        size.0.clamp(MIN.0, 1600.0),
        (size.1 + f64::from(STRIP)).clamp(MIN.1, 1200.0),
    );
    let dev = app.config().build.dev_url.clone();
    let (owner, of) = (app.clone(), label.to_owned());
    let (opener, from) = (owner.clone(), of.clone());
    let window = ours(app, label, "app.html")
        // The engine asks for every frame too: the app's own origin is the only other one that this window shows.
        .on_navigation(move |url| is_own(url, dev.as_ref()) || is_of_app(&owner, &of, url))
        // A link out of the app is a way out of it: the person is asked, in this window.
        .on_new_window(move |url, _| {
            exits::outside(&opener, &from, url);
            NewWindowResponse::Deny
        })
        .title(name)
        .inner_size(width, height)
        .min_inner_size(MIN.0, MIN.1)
        .build()?;
    harden(&window);
    hold_prints(app, &window);
    keys::watch(&window);
    Ok(())
}

/// The frame lies inside the window, below the strip.
pub(crate) fn measures(window: &WebviewWindow) -> Window {
    let scale = window.scale_factor().unwrap_or(1.0);
    let inner = window.inner_size().unwrap_or_default().to_logical::<u32>(scale);
    let width = inner.width.saturating_sub(MARGINS);
    Window {
        width,
        height: inner.height.saturating_sub(STRIP),
        outer_width: inner.width,
        outer_height: inner.height,
        display: Display::of_width(width),
    }
}

fn is_of_app(app: &AppHandle, label: &str, url: &Url) -> bool {
    let frame = desk(app).frames.of(label);
    frame.is_some_and(|frame| frame.origin.is_event_origin(&url.origin().ascii_serialization()))
}

/// Puts a text on the clipboard.
pub(crate) fn copy(app: &AppHandle, text: String) {
    // The clipboard belongs to the main thread.
    let asked = app.run_on_main_thread(move || {
        gtk::Clipboard::get(&gtk::gdk::SELECTION_CLIPBOARD).set_text(&text);
    });
    if let Err(error) = asked {
        tracing::warn!(%error, "nothing was copied");
    }
}

/// Closes a window, where it is there.
pub(crate) fn destroy(app: &AppHandle, label: &str) {
    if let Some(window) = app.get_webview_window(label)
        && let Err(error) = window.destroy()
    {
        tracing::warn!(%error, "a window could not be closed");
    }
}

/// Lets a window take input, or not.
pub(crate) fn set_enabled(app: &AppHandle, label: &str, enabled: bool) {
    if let Some(window) = app.get_webview_window(label)
        && let Err(error) = window.set_enabled(enabled)
    {
        tracing::debug!(%error, "a window takes input as before");
    }
}

/// Closes every app window, the apps told before, and the window with a question.
pub(crate) async fn end_apps(app: &AppHandle) {
    frames::close_all(app).await;
    destroy(app, CONSENT);
}

/// Empties what the web engine kept, in its own way and then on the disk.
pub(crate) fn forget_web_data(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN)
        && let Err(error) = window.clear_all_browsing_data()
    {
        tracing::warn!(%error, "browsing data could not be cleared");
    }
    desk(app).web.empty();
}

/// Empties what the web engine kept for the host of an origin: an app that is installed there later is another one. The engine keeps it by
/// host, so another app at the same host, on another port too, begins again as after a lock.
pub(crate) async fn forget_web_data_of(app: &AppHandle, origin: &str) {
    let host = Url::parse(origin)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned));
    let Some((window, host)) = app.get_webview_window(MAIN).zip(host) else {
        return;
    };
    let (done, over) = oneshot::channel();
    let asked = window.with_webview(move |webview| forget_host(&webview.inner(), host, done));
    if asked.is_err() || over.await != Ok(true) {
        tracing::warn!("what the engine kept for an app could not be deleted");
    }
}

/// `done` is told whether it went well. The engine names what it keeps by the registered domain, or the host where there is none.
fn forget_host(view: &webkit2gtk::WebView, host: String, done: oneshot::Sender<bool>) {
    use webkit2gtk::{
        WebContextExt as _, WebViewExt as _, WebsiteDataManagerExt as _, WebsiteDataManagerExtManual as _,
        WebsiteDataTypes,
    };
    let Some(manager) = view.context().and_then(|context| context.website_data_manager()) else {
        return;
    };
    let keeper = manager.clone();
    manager.fetch(WebsiteDataTypes::ALL, gtk::gio::Cancellable::NONE, move |found| {
        let all = found.unwrap_or_default();
        let of_host =
            |data: &&webkit2gtk::WebsiteData| data.name().is_some_and(|name| is_below(&host, &name));
        let theirs: Vec<_> = all.iter().filter(of_host).collect();
        keeper.remove(
            WebsiteDataTypes::ALL,
            &theirs,
            gtk::gio::Cancellable::NONE,
            |removed| {
                let _ = done.send(removed.is_ok());
            },
        );
    });
}

/// Whether a host is a domain or lies below it.
fn is_below(host: &str, domain: &str) -> bool {
    let rest = host.strip_suffix(domain);
    rest.is_some_and(|rest| !domain.is_empty() && (rest.is_empty() || rest.ends_with('.')))
}

/// A window with one of our own pages: it goes nowhere else, opens nothing and saves nothing.
fn ours<'a>(app: &'a AppHandle, label: &str, page: &str) -> WebviewWindowBuilder<'a, tauri::Wry, AppHandle> {
    let desk = desk(app);
    let dev = app.config().build.dev_url.clone();
    let opener = app.clone();
    WebviewWindowBuilder::new(app, label, WebviewUrl::App(page.into()))
        .data_directory(desk.web.path().to_path_buf())
        .theme(desk.settings().theme.of_window())
        .on_navigation(move |url| is_own(url, dev.as_ref()))
        .on_new_window(move |url, _| {
            in_browser(&opener, url);
            NewWindowResponse::Deny
        })
        .on_download(|_, _| false)
}

/// A link out of one of our pages opens in the person's browser, never in a window of ours.
fn in_browser(app: &AppHandle, url: Url) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if !browser::open_and_see(&url).await {
            tracing::info!("no browser could be opened");
        }
        drop(app);
    });
}

/// Whether an address is one of our pages.
fn is_own(url: &Url, dev: Option<&Url>) -> bool {
    let bundled = url.scheme() == "tauri" && url.host_str() == Some("localhost");
    bundled
        || url.as_str() == "about:blank"
        || (cfg!(dev) && dev.is_some_and(|dev| dev.origin() == url.origin()))
}

/// Cookies are refused for the whole engine: ports do not separate them on one host, and apps carry their token elsewhere. Ways to the
/// network that no policy of a page closes are closed in the engine, and every wish for a device is refused.
fn harden(window: &WebviewWindow) {
    use webkit2gtk::{
        CookieAcceptPolicy, CookieManagerExt as _, PermissionRequestExt as _, SettingsExt as _,
        WebContextExt as _, WebViewExt as _,
    };
    let refused = window.with_webview(|webview| {
        let view = webview.inner();
        match webkit2gtk::WebViewExt::settings(&view) {
            Some(settings) => {
                settings.set_enable_webrtc(false);
                settings.set_enable_media_stream(false);
                settings.set_enable_dns_prefetching(false);
                settings.set_javascript_can_access_clipboard(false);
                settings.set_javascript_can_open_windows_automatically(false);
            }
            None => tracing::warn!("the engine has no settings"),
        }
        view.connect_permission_request(|_, request| {
            request.deny();
            true
        });
        let manager = view.context().and_then(|context| context.cookie_manager());
        match manager {
            Some(manager) => manager.set_accept_policy(CookieAcceptPolicy::Never),
            None => tracing::warn!("the engine has no cookie manager"),
        }
    });
    if let Err(error) = refused {
        tracing::warn!(%error, "the engine could not be closed");
    }
}

/// The system's own window for printing stands over everything and takes the focus: an app gets none while a question is open.
fn hold_prints(app: &AppHandle, window: &WebviewWindow) {
    use webkit2gtk::WebViewExt as _;
    let app = app.clone();
    let held = window.with_webview(move |webview| {
        webview
            .inner()
            .connect_print(move |_, _| app.get_webview_window(CONSENT).is_some());
    });
    if let Err(error) = held {
        tracing::warn!(%error, "an app may print while a question is open");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_found_by_its_domain() {
        for (host, domain) in [
            ("127.0.0.1", "127.0.0.1"),
            ("a.example.org", "example.org"),
            ("abc.localhost", "localhost"),
        ] {
            assert!(is_below(host, domain), "{host} {domain}");
        }
        for (host, domain) in [
            ("127.0.0.1", "7.0.0.1"),
            ("badexample.org", "example.org"),
            ("example.org", "a.example.org"),
            ("example.org", ""),
        ] {
            assert!(!is_below(host, domain), "{host} {domain}");
        }
    }

    #[test]
    fn only_our_own_pages_are_shown() {
        let dev: Url = "http://127.0.0.1:5173".parse().unwrap();
        for own in [
            "tauri://localhost/index.html",
            "tauri://localhost/consent.html#x",
            "about:blank",
        ] {
            assert!(is_own(&own.parse().unwrap(), Some(&dev)), "{own}");
        }
        for other in [
            "https://example.org/",
            "tauri://elsewhere/",
            "file:///etc/passwd",
            "data:text/html,x",
            "http://127.0.0.1:5174/",
        ] {
            assert!(!is_own(&other.parse().unwrap(), Some(&dev)), "{other}");
        }
    }
}
