//! QR codes: the text of the one code in a picture that the person gives. Nothing of the picture is kept.

use std::io::Cursor;

use image::{GrayImage, ImageReader, Limits, imageops::FilterType};
use rqrr::PreparedImage;

use crate::Connect;

/// The largest picture that is read, in bytes: what a telephone takes.
const LARGEST: usize = 12 * 1024 * 1024;
/// The longest side that is decoded, in pixels.
const LONGEST: u32 = 8192;
/// The most memory that decoding may take, in bytes.
const MEMORY: u64 = 128 * 1024 * 1024;
/// The longest side that is looked through, in pixels: a code in a larger picture is found in a smaller copy, and sooner.
const SIDE: u32 = 1600;
/// How many codes of one picture are read.
const MOST: usize = 8;

/// The text of the QR code in a picture: PNG, JPEG, WebP or GIF. `None` for what is no picture or has no code, and for several codes that say
/// different things: nobody could tell which one was meant.
#[must_use]
pub fn code_in(picture: &[u8]) -> Option<String> {
    if picture.len() > LARGEST {
        return None;
    }
    let mut reader = ImageReader::new(Cursor::new(picture))
        .with_guessed_format()
        .ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST);
    limits.max_image_height = Some(LONGEST);
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    let decoded = reader.decode().ok()?;
    let decoded = if decoded.width().max(decoded.height()) > SIDE {
        decoded.resize(SIDE, SIDE, FilterType::Triangle)
    } else {
        decoded
    };
    one_of(&decoded.into_luma8())
}

fn one_of(pixels: &GrayImage) -> Option<String> {
    let (width, height) = (
        usize::try_from(pixels.width()).ok()?,
        usize::try_from(pixels.height()).ok()?,
    );
    if width == 0 || height == 0 {
        return None;
    }
    let all = pixels.as_raw();
    let mut prepared = PreparedImage::prepare_from_greyscale(width, height, |across, down| {
        all.get(down * width + across).copied().unwrap_or(u8::MAX)
    });
    let grids = prepared.detect_grids();
    let mut texts = grids
        .iter()
        .take(MOST)
        .filter_map(|grid| grid.decode().ok())
        .map(|(_, text)| text);
    let first = texts.next()?;
    texts.all(|other| other == first).then_some(first)
}

impl Connect {
    /// The same beside everything else: looking through a picture takes a moment.
    pub async fn code_in(&self, picture: Vec<u8>) -> Option<String> {
        tokio::task::spawn_blocking(move || code_in(&picture))
            .await
            .ok()?
    }
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, ImageFormat, Luma, Rgb, imageops};
    use proptest::prelude::*;
    use qrcode::{Color, EcLevel, QrCode};

    use super::*;

    /// A code as a picture: each of its modules a square of `scale` pixels, with the quiet zone around it.
    fn drawn(text: &str, scale: u32) -> GrayImage {
        let code = QrCode::with_error_correction_level(text, EcLevel::L).unwrap();
        let (side, colours) = (code.width(), code.to_colors());
        let whole = (u32::try_from(side).unwrap() + 8) * scale;
        GrayImage::from_fn(whole, whole, |x, y| {
            let module = |at: u32| usize::try_from(at / scale).unwrap().checked_sub(4);
            let dark = module(x)
                .zip(module(y))
                .filter(|(x, y)| *x < side && *y < side)
                .is_some_and(|(x, y)| colours[y * side + x] == Color::Dark);
            Luma([if dark { 0 } else { 255 }])
        })
    }

    fn file(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.into().write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn an_address_and_a_whole_description_are_read() {
        let address = "https://llumverda.example/intercoop/llumverda.yaml";
        let description = format!(
            "intercoopVersion: '1.0'\npeerid: llumverda\nname: Llum Verda, energia de l’Àngel\npublickey: |\n  {}\n",
            "MIIBojANBgkqhkiG9w0BAQEFAAOCAY8A".repeat(20)
        );
        for (text, scale) in [(address, 4), (description.as_str(), 3)] {
            for format in [ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP] {
                let picture = DynamicImage::ImageLuma8(drawn(text, scale)).into_rgb8();
                assert_eq!(
                    code_in(&file(picture, format)).as_deref(),
                    Some(text),
                    "{format:?}"
                );
            }
        }
    }

    #[test]
    fn a_photograph_is_looked_through_too() {
        // Larger than what is looked through, off the middle, neither black nor white, and through the losses of a JPEG.
        let code = imageops::resize(
            &drawn("https://llumverda.example/", 8),
            900,
            900,
            FilterType::Triangle,
        );
        let mut photograph = image::RgbImage::from_pixel(2000, 1500, Rgb([190, 180, 160]));
        for (x, y, Luma([light])) in code.enumerate_pixels() {
            let tinted = |most: u8| u8::try_from(30 + u32::from(*light) * u32::from(most) / 300).unwrap();
            photograph.put_pixel(x + 1100, y + 500, Rgb([tinted(240), tinted(230), tinted(210)]));
        }
        let picture = file(photograph, ImageFormat::Jpeg);
        assert_eq!(code_in(&picture).as_deref(), Some("https://llumverda.example/"));
    }

    #[test]
    fn what_says_nothing_or_two_things_is_nothing() {
        let both = |one: &str, other: &str| {
            let (one, other) = (drawn(one, 4), drawn(other, 4));
            let mut beside = GrayImage::from_pixel(one.width() + other.width(), one.height(), Luma([255]));
            imageops::replace(&mut beside, &one, 0, 0);
            imageops::replace(&mut beside, &other, i64::from(one.width()), 0);
            code_in(&file(beside, ImageFormat::Png))
        };
        assert_eq!(
            both("https://a.example/", "https://a.example/").as_deref(),
            Some("https://a.example/")
        );
        assert_eq!(both("https://a.example/", "https://b.example/"), None);
        assert_eq!(code_in(&file(GrayImage::new(40, 40), ImageFormat::Png)), None);
        assert_eq!(code_in(b"https://a.example/"), None);
        assert_eq!(code_in(&vec![0; LARGEST + 1]), None);
        // The head of a picture that would be far too large.
        let mut huge = file(GrayImage::new(8, 8), ImageFormat::Png);
        huge[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
        assert_eq!(code_in(&huge), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn no_pixels_do_more_than_fail(
            side in 1_u32..90,
            noise in proptest::collection::vec(any::<u8>(), 1..400),
            holes in proptest::collection::vec((0_u32..90, 0_u32..90), 0..30),
        ) {
            let mut picture = drawn("https://llumverda.example/", 2);
            for (x, y) in holes {
                if x < picture.width() && y < picture.height() {
                    picture.put_pixel(x, y, Luma([x.wrapping_mul(y).to_le_bytes()[0]]));
                }
            }
            let _ = one_of(&picture);
            let random = GrayImage::from_fn(side, side, |x, y| {
                let at = usize::try_from(x * 7 + y * side).unwrap() % noise.len();
                Luma([noise[at]])
            });
            let _ = one_of(&random);
            let _ = code_in(&noise);
        }
    }
}
