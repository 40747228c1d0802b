//! Icons of apps: fetched or taken out of the description, and made anew, so that nothing of the original file is shown: no metadata, no
//! second picture, no bytes that a decoder of the page would have to be trusted with.

use std::io::Cursor;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use image::{DynamicImage, ImageFormat, ImageReader, Limits, imageops::FilterType};
use openplatform::manifest::Icon;
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::{Connect, http::is_loopback};

/// The longest side of a kept icon, in pixels.
pub const SIDE: u32 = 128;
/// The largest picture that is read, in bytes.
const LARGEST: usize = 1024 * 1024;
/// The longest side that is decoded, in pixels.
const LONGEST: u32 = 4096;
/// The most memory that decoding may take, in bytes.
const MEMORY: u64 = 96 * 1024 * 1024;
/// What is asked for.
const PICTURES: &str = "image/png, image/jpeg, image/webp, image/gif, image/x-icon";

/// What an app's icon is made of: the address, or the fingerprint of a picture in the description; empty for a symbol.
#[must_use]
pub fn icon_of(icon: &Icon) -> String {
    match icon {
        Icon::Address(address) => address.clone(),
        Icon::Embedded(data) => {
            let digest = Sha256::digest(data.as_bytes());
            digest.iter().map(|byte| format!("{byte:02x}")).collect()
        }
        Icon::Symbol(_) => String::new(),
    }
}

/// Makes a picture anew as PNG of at most [`SIDE`] pixels. PNG, JPEG, WebP, GIF (its first picture) and ICO are read; anything else, SVG
/// too, is none: it can hold scripts and references.
#[must_use]
pub fn remade(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.len() > LARGEST {
        return None;
    }
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST);
    limits.max_image_height = Some(LONGEST);
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let picture = reader.decode().ok()?;
    let picture = if picture.width().max(picture.height()) > SIDE {
        picture.resize(SIDE, SIDE, FilterType::Triangle)
    } else {
        picture
    };
    let mut made = Cursor::new(Vec::new());
    // Without the profile and the rest that the original may have carried.
    DynamicImage::ImageRgba8(picture.into_rgba8())
        .write_to(&mut made, ImageFormat::Png)
        .ok()?;
    Some(made.into_inner())
}

impl Connect {
    /// The picture of an app's icon, made anew as PNG; nothing for a symbol, or where there is no usable picture. `manifest` is the address
    /// of the description.
    pub async fn icon(&self, icon: &Icon, manifest: &Url) -> Option<Vec<u8>> {
        let bytes = match icon {
            Icon::Symbol(_) => return None,
            Icon::Embedded(data) => {
                let (_, data) = data.split_once(";base64,")?;
                STANDARD.decode(data.trim()).ok()?
            }
            Icon::Address(address) => self.fetched(address, manifest).await?,
        };
        tokio::task::spawn_blocking(move || remade(&bytes)).await.ok()?
    }

    /// A description from the network must not make Satchel call programs on this computer.
    async fn fetched(&self, address: &str, manifest: &Url) -> Option<Vec<u8>> {
        let url: Url = address.parse().ok()?;
        if is_loopback(&url) && !is_loopback(manifest) {
            return None;
        }
        let fetched = self.http.get_as(url, PICTURES, LARGEST).await;
        fetched
            .inspect_err(|error| tracing::debug!(%error, "the icon of an app could not be fetched"))
            .ok()
    }
}

#[cfg(test)]
mod tests {
    use image::{ImageBuffer, Rgba};
    use proptest::prelude::*;

    use super::*;

    fn picture(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
        let pixels = ImageBuffer::from_pixel(width, height, Rgba([200_u8, 60, 20, 255]));
        let picture = DynamicImage::ImageRgba8(pixels);
        let picture = if format == ImageFormat::Jpeg {
            DynamicImage::ImageRgb8(picture.into_rgb8())
        } else {
            picture
        };
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn size(png: &[u8]) -> (u32, u32) {
        let reader = ImageReader::with_format(Cursor::new(png), ImageFormat::Png);
        reader.into_dimensions().unwrap()
    }

    #[test]
    fn each_kind_of_picture_becomes_a_small_png() {
        for format in [
            ImageFormat::Png,
            ImageFormat::Jpeg,
            ImageFormat::WebP,
            ImageFormat::Gif,
            ImageFormat::Ico,
        ] {
            let made = remade(&picture(format, 200, 100)).unwrap();
            assert_eq!(size(&made), (128, 64), "{format:?}");
        }
        assert_eq!(
            size(&remade(&picture(ImageFormat::Png, 20, 30)).unwrap()),
            (20, 30)
        );
    }

    #[test]
    fn nothing_of_the_original_file_stays() {
        let mut bytes = picture(ImageFormat::Png, 8, 8);
        bytes.extend_from_slice(b"canary behind the end");
        let made = remade(&bytes).unwrap();
        assert!(!made.windows(6).any(|part| part == b"canary"));
    }

    #[test]
    fn what_is_no_picture_or_too_large_a_one_is_none() {
        assert!(remade(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>").is_none());
        assert!(remade(b"").is_none());
        assert!(remade(&vec![0; LARGEST + 1]).is_none());
        // A few hundred bytes that say to be 60,000 pixels wide.
        let mut bomb = picture(ImageFormat::Png, 8, 8);
        for (at, byte) in [0, 0, 0xea, 0x60].into_iter().enumerate() {
            bomb[16 + at] = byte;
        }
        assert!(remade(&bomb).is_none());
        assert!(remade(&picture(ImageFormat::Png, LONGEST + 1, 1)).is_none());
    }

    #[tokio::test]
    async fn a_description_from_the_network_makes_nobody_here_be_called() {
        let connect = Connect::new().unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here = Icon::Address(format!("http://{}/i.png", listener.local_addr().unwrap()));
        let network: Url = "https://a.example/openplatform.json".parse().unwrap();
        assert_eq!(connect.icon(&here, &network).await, None);
        let waiting = std::time::Duration::from_millis(50);
        assert!(tokio::time::timeout(waiting, listener.accept()).await.is_err());
    }

    #[tokio::test]
    async fn a_picture_in_the_description_is_made_anew_too() {
        let connect = Connect::new().unwrap();
        let address: Url = "https://a.example/openplatform.json".parse().unwrap();
        let data = STANDARD.encode(picture(ImageFormat::Png, 8, 8));
        let icon = Icon::Embedded(format!("data:image/png;base64,{data}"));
        assert!(connect.icon(&icon, &address).await.is_some());
        assert_eq!(icon_of(&icon).len(), 64);
        for broken in ["data:image/png;base64,%%", "data:image/png;base64,AAAA"] {
            assert_eq!(connect.icon(&Icon::Embedded(broken.into()), &address).await, None);
        }
        assert_eq!(connect.icon(&Icon::default(), &address).await, None);
    }

    proptest! {
        #[test]
        fn no_bytes_do_more_than_fail(bytes in proptest::collection::vec(any::<u8>(), 0..400), kind in 0..5_usize) {
            let starts: [&[u8]; 5] = [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF\x10\0\0\0WEBP", b"\0\0\x01\0"];
            let _ = remade(&[starts[kind], &bytes].concat());
        }
    }
}
