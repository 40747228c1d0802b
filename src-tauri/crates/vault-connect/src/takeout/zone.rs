//! The zone of a bundle: one of its files may say what the clocks on the walls of the others showed.

use std::ops::ControlFlow;

use bundle::{BundleError, table};

use super::{
    Bundle, TakeoutError,
    importer::{Importer, importer, normal, zone_of},
    recognise::Recognised,
};

/// How many rows are looked at.
const MOST: u64 = 20_000;

/// The zone (IANA) that every row of a bundle names that names one; none where there are several. It is what [`super::Choices::time_zone`]
/// may be unless the person says another.
///
/// # Errors
/// A file cannot be read.
pub fn zone(
    bundle: &Bundle,
    recognised: &Recognised,
    own: &[Importer],
) -> Result<Option<String>, TakeoutError> {
    let mut found: Option<String> = None;
    let mut several = false;
    for file in &recognised.files {
        let layout = file
            .layout
            .as_ref()
            .and_then(|id| importer(id.importer(), own)?.layout(id.layout()));
        let Some(layout) = layout else {
            continue;
        };
        let rules = layout
            .record
            .iter()
            .flat_map(|record| record.start.iter().chain(&record.end));
        let wanted: Vec<String> = rules
            .filter_map(|rule| rule.zone_column.as_deref())
            .map(normal)
            .collect();
        let place = file
            .columns
            .iter()
            .position(|name| wanted.contains(&normal(name)));
        let (Some(at), Some(beginning)) = (place, table::begin(bundle, file.position)?) else {
            continue;
        };
        let mut count = 0;
        let read = bundle.with(file.position, &mut |reader| {
            table::each_row(
                reader,
                beginning.form,
                &file.columns,
                &file.path,
                &mut |number, cells| {
                    let name = cells.get(at).copied().unwrap_or_default().trim();
                    if number > file.header_row && found.as_deref() != Some(name) && zone_of(name).is_ok() {
                        several |= found.is_some();
                        found = Some(name.to_owned());
                    }
                    count += 1;
                    Ok(if several || count >= MOST {
                        ControlFlow::Break(())
                    } else {
                        ControlFlow::Continue(())
                    })
                },
            )
        });
        match read {
            // What is wrong with the file is said when it is read.
            Ok(()) | Err(BundleError::EndsInTheMiddle { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(found.filter(|_| !several))
}
