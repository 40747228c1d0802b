//! Coordinates on a grid of about a kilometre.

use serde_json::{Number, Value};

use super::about::words_of;

/// Coordinates on a grid of about a kilometre: a hundredth of a degree of latitude is 1.1 km; two hundredths of longitude are 2.2 km at the
/// equator and still 1.1 km at 60 degrees. `None` when it is no coordinate.
pub(super) fn on_the_grid(name: &str, value: &Value) -> Option<Value> {
    let words = words_of(name);
    let is = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    if is(&["lat", "latitude"]) {
        return snapped(value, 0.01);
    }
    if is(&["lon", "lng", "long", "longitude"]) {
        return snapped(value, 0.02);
    }
    if is(&["coordinates"])
        && let Some([longitude, latitude, ..]) = value.as_array().map(Vec::as_slice)
    {
        // GeoJSON (RFC 7946, 3.1.1): longitude first.
        return Some(Value::Array(vec![
            snapped(longitude, 0.02)?,
            snapped(latitude, 0.01)?,
        ]));
    }
    None
}

fn snapped(value: &Value, step: f64) -> Option<Value> {
    let degrees = value
        .as_f64()
        .or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()))
        .filter(|degrees| degrees.abs() <= 360.0)?;
    let on_grid = ((degrees / step).round() * step * 100.0).round() / 100.0;
    Number::from_f64(on_grid).map(Value::Number)
}
