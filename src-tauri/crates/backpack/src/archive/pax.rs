//! Pax extended headers: `<length> <name>=<value>\n`, as POSIX.1-2001 lays down.

use crate::ReadError;

/// What a pax header may change about the entry that follows it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Pax {
    pub(crate) path: Option<Vec<u8>>,
    pub(crate) size: Option<u64>,
}

/// Appends one record.
pub(crate) fn record(out: &mut Vec<u8>, name: &str, value: &str) {
    let rest = name.len() + value.len() + 3;
    let mut length = rest + 1;
    while length.to_string().len() + rest != length {
        length = length.to_string().len() + rest;
    }
    out.extend_from_slice(format!("{length} {name}={value}\n").as_bytes());
}

/// Reads all records. Names that could make another reader see another file are refused.
pub(crate) fn parse(mut bytes: &[u8]) -> Result<Pax, ReadError> {
    let mut pax = Pax::default();
    while !bytes.is_empty() {
        let (record, rest) = split(bytes).ok_or(ReadError::Malformed("a pax record has a wrong length"))?;
        pax.take(record)?;
        bytes = rest;
    }
    Ok(pax)
}

impl Pax {
    fn take(&mut self, record: &[u8]) -> Result<(), ReadError> {
        let equals = record.iter().position(|byte| *byte == b'=');
        let (name, value) = equals
            .and_then(|at| Some((record.get(..at)?, record.get(at + 1..)?)))
            .ok_or(ReadError::Malformed("a pax record has no value"))?;
        let known = match name {
            b"path" => self.path.replace(value.to_vec()).is_some(),
            b"size" => self.size.replace(number(value)?).is_some(),
            b"mtime" | b"atime" | b"ctime" | b"comment" => false,
            _ => {
                return Err(ReadError::Malformed(
                    "a pax record of a kind that backpacks do not use",
                ));
            }
        };
        if known {
            Err(ReadError::Malformed("a pax record comes twice"))
        } else {
            Ok(())
        }
    }
}

/// The first record without length and line break, and what follows it.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let space = bytes.iter().take(8).position(|byte| *byte == b' ')?;
    let length = usize::try_from(number(bytes.get(..space)?).ok()?).ok()?;
    let (record, rest) = bytes.split_at_checked(length)?;
    let record = record.get(space + 1..)?;
    Some((record.strip_suffix(b"\n")?, rest))
}

fn number(digits: &[u8]) -> Result<u64, ReadError> {
    let plain = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let text = std::str::from_utf8(digits).ok().filter(|_| plain);
    text.and_then(|text| text.parse().ok())
        .ok_or(ReadError::Malformed("a pax record has no number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_counts_itself() {
        for (size, start) in [(1, "9 "), (89, "98 "), (90, "99 "), (91, "101 "), (200, "210 ")] {
            let mut out = Vec::new();
            record(&mut out, "path", &"x".repeat(size));
            assert!(
                out.starts_with(start.as_bytes()),
                "{size}: {}",
                String::from_utf8_lossy(&out)
            );
            assert_eq!(out.len().to_string(), start.trim());
            assert_eq!(parse(&out).unwrap().path.unwrap().len(), size);
        }
    }

    #[test]
    fn a_value_may_hold_a_line_break() {
        let mut out = Vec::new();
        record(&mut out, "path", "a\nb");
        record(&mut out, "size", "7");
        assert_eq!(
            parse(&out).unwrap(),
            Pax {
                path: Some(b"a\nb".to_vec()),
                size: Some(7)
            }
        );
    }

    #[test]
    fn malformed_records_are_refused() {
        for bytes in [
            &b"9 path=x"[..],
            b"99 path=x\n",
            b"0 path=x\n",
            b"2 path=x\n",
            b"x path=x\n",
            b"7 path\n",
            b" 9 path=x\n",
            b"\n",
            b"9 size=x\n",
            b"18 linkpath=/etc/a\n",
            b"9 path=x\n9 path=y\n",
        ] {
            assert!(parse(bytes).is_err(), "{}", String::from_utf8_lossy(bytes));
        }
    }
}
