//! The second factor: set up, a code before what is guarded, recovery codes, and its end.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use qrcode::{EcLevel, QrCode, render::svg};
use serde::Serialize;
use specta::Type;
use tauri::State;
use zeroize::Zeroizing;

use crate::{
    desk::Desk,
    error::{Answer, AppError},
    view::time::stamp,
};

/// How the second factor stands.
#[derive(Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SecondFactor {
    /// Since when there is one.
    since: Option<String>,
    /// How many recovery codes were not used.
    codes_left: u32,
}

/// What an authenticator has to know.
#[derive(Serialize, Type)]
pub(crate) struct SecondFactorSetup {
    /// A QR code, drawn here, as a `data:` address.
    picture: String,
    /// The same for typing.
    secret: String,
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn second_factor(desk: State<'_, Desk>) -> Answer<SecondFactor> {
    let state = desk.vault()?.second_factor().await?;
    Ok(SecondFactor {
        since: state.since.map(stamp),
        codes_left: u32::try_from(state.codes_left).unwrap_or(u32::MAX),
    })
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn second_factor_begin(desk: State<'_, Desk>) -> Answer<SecondFactorSetup> {
    let setup = desk.vault()?.begin_second_factor().await?;
    Ok(SecondFactorSetup {
        picture: picture(&setup.uri)?,
        secret: grouped(&setup.secret),
    })
}

/// Takes the first code. The recovery codes are told this once.
#[tauri::command]
#[specta::specta]
pub(crate) async fn second_factor_finish(desk: State<'_, Desk>, code: String) -> Answer<Vec<String>> {
    let codes = desk.vault()?.finish_second_factor(Zeroizing::new(code)).await?;
    Ok(codes.iter().map(str::to_owned).collect())
}

/// Takes a code, so that what asked for it can be done.
#[tauri::command]
#[specta::specta]
pub(crate) async fn second_factor_code(desk: State<'_, Desk>, code: String) -> Answer<()> {
    Ok(desk.vault()?.take_code(Zeroizing::new(code)).await?)
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn second_factor_renew(desk: State<'_, Desk>) -> Answer<Vec<String>> {
    let codes = desk.vault()?.renew_recovery_codes().await?;
    Ok(codes.iter().map(str::to_owned).collect())
}

#[tauri::command]
#[specta::specta]
pub(crate) async fn second_factor_end(desk: State<'_, Desk>) -> Answer<()> {
    Ok(desk.vault()?.end_second_factor().await?)
}

/// A QR code with its quiet zone, dark on light in every theme: that is what cameras read.
fn picture(text: &str) -> Answer<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)
        .map_err(|_| AppError::new("SYS-710").with_details("the address is too long for a QR code"))?;
    let drawn = Zeroizing::new(
        code.render::<svg::Color<'_>>()
            .quiet_zone(true)
            .module_dimensions(4, 4)
            .dark_color(svg::Color("#000"))
            .light_color(svg::Color("#fff"))
            .build(),
    );
    Ok(format!(
        "data:image/svg+xml;base64,{}",
        BASE64_STANDARD.encode(drawn.as_bytes())
    ))
}

/// In groups of four, for typing.
fn grouped(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_becomes_a_picture_that_names_nothing() {
        let uri = "otpauth://totp/Satchel:Personal?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Satchel";
        let picture = picture(uri).unwrap();
        let svg = picture.strip_prefix("data:image/svg+xml;base64,").unwrap();
        let svg = String::from_utf8(BASE64_STANDARD.decode(svg).unwrap()).unwrap();
        assert!(svg.contains("<svg") && svg.contains("<path") && !svg.contains("GEZD"));
        assert!(!svg.contains("<script") && !svg.contains("href"));
        assert_eq!(grouped("GEZDGNBVGY"), "GEZD GNBV GY");
    }
}
