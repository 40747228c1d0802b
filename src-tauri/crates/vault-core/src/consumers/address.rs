//! Addresses of consumer apps: https, or a program on this computer where the person chose so, and nothing else. The same look is taken at
//! the address that a name stands for when something is sent.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::VaultError;

/// The longest address, in bytes (spec 2.4).
const LONGEST: usize = 2048;

/// Where an address of the network leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Over the internet.
    Public,
    /// To this computer.
    Loopback,
    /// Into a network that nobody outside reaches: the home's, a company's, the machine's own services.
    Private,
}

impl Reach {
    /// Of a number.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => of_v4(address),
            IpAddr::V6(address) => of_v6(address),
        }
    }
}

fn of_v4(address: Ipv4Addr) -> Reach {
    if address.is_loopback() {
        return Reach::Loopback;
    }
    // The special registries of RFC 6890 and its successors.
    let private = match address.octets() {
        [0 | 10, ..] | [169, 254, ..] | [192, 168, ..] => true,
        [100, second, ..] => second & 0xc0 == 64,
        [172, second, ..] => second & 0xf0 == 16,
        [192, 0, 0 | 2, _] | [192, 88, 99, _] | [198, 18 | 19, ..] => true,
        [198, 51, 100, _] | [203, 0, 113, _] => true,
        [first, ..] => first >= 224,
    };
    if private { Reach::Private } else { Reach::Public }
}

fn of_v6(address: Ipv6Addr) -> Reach {
    if address.is_loopback() {
        return Reach::Loopback;
    }
    let [first, second, third, ..] = address.segments();
    let embedded = |from: usize| {
        let octets = address.octets();
        let four = octets
            .get(from..from + 4)
            .and_then(|four| <[u8; 4]>::try_from(four).ok());
        four.map_or(Reach::Private, |four| of_v4(four.into()))
    };
    if address.to_ipv4_mapped().is_some() {
        return embedded(12);
    }
    match (first, second, third) {
        // NAT64 and 6to4 lead to the IPv4 address that they carry.
        (0x64, 0xff9b, 0) => embedded(12),
        (0x2002, ..) => embedded(2),
        // Teredo, benchmarking, ORCHID, documentation.
        (0x2001, 0..=0x1ff | 0xdb8, _) | (0x3fff, 0..=0x0fff, _) => Reach::Private,
        (0x2000..=0x3fff, ..) => Reach::Public,
        _ => Reach::Private,
    }
}

/// Where an address leads, as far as it says so itself; `None` for a name that has to be looked up.
#[must_use]
pub fn reach(url: &Url) -> Option<Reach> {
    match url.host()? {
        Host::Ipv4(address) => Some(Reach::of(address.into())),
        Host::Ipv6(address) => Some(Reach::of(address.into())),
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            (name == "localhost" || name.ends_with(".localhost")).then_some(Reach::Loopback)
        }
    }
}

/// Reads an address of a consumer app.
///
/// # Errors
/// [`VaultError::Invalid`]: neither https nor, with `loopback`, a program on this computer; an address inside a private network; one with a
/// name, a password or a fragment in it.
pub(super) fn read(text: &str, field: &'static str, loopback: bool) -> Result<Url, VaultError> {
    let invalid = |why| VaultError::Invalid { field, why };
    let url = Url::parse(text).map_err(|_| invalid("a web address"))?;
    if text.len() > LONGEST
        || !url.username().is_empty()
        || url.password().is_some()
        || url.fragment().is_some()
    {
        return Err(invalid(
            "a web address without a name, a password or a fragment in it",
        ));
    }
    match (url.scheme(), reach(&url)) {
        ("http" | "https", Some(Reach::Loopback)) if loopback => Ok(url),
        (_, Some(Reach::Loopback)) => Err(invalid(
            "an address that is not on this computer, unless you allow that",
        )),
        (_, Some(Reach::Private)) => Err(invalid("an address that is not inside a private network")),
        ("https", Some(Reach::Public) | None) => Ok(url),
        _ => Err(invalid("an https address")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(text: &str, loopback: bool) -> bool {
        read(text, "callback", loopback).is_ok()
    }

    #[test]
    fn https_is_taken_and_this_computer_by_choice_only() {
        assert!(read_one("https://ledger.example/data?x=1", false));
        for local in [
            "http://127.0.0.1:8001/data",
            "https://127.0.0.1/",
            "http://localhost:1/",
            "http://a.localhost/",
            "http://[::1]:8/",
            "http://127.1/",
            "http://0x7f.1/",
        ] {
            assert!(read_one(local, true), "{local}");
            assert!(!read_one(local, false), "{local}");
        }
    }

    #[test]
    fn nothing_else_is_taken_whatever_is_allowed() {
        for bad in [
            "",
            "ledger.example",
            "http://ledger.example/",
            "ftp://ledger.example/",
            "file:///etc/passwd",
            "javascript:alert(1)//https://ledger.example/",
            "data:text/html,x",
            "https://user:word@ledger.example/",
            "https://ledger.example@127.0.0.1/",
            "https://ledger.example/#token",
            "https://10.0.0.1/",
            "https://192.168.1.1/",
            "https://172.31.255.255/",
            "https://169.254.169.254/latest/meta-data",
            "https://100.64.0.1/",
            "https://0.0.0.0/",
            "https://[fd00::1]/",
            "https://[fe80::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://[64:ff9b::a00:1]/",
            "https://[2002:a00:1::]/",
            "https://[::]/",
            "https://3232235777/",
        ] {
            assert!(!read_one(bad, true), "{bad}");
            assert!(!read_one(bad, false), "{bad}");
        }
    }

    #[test]
    fn an_address_of_this_computer_stays_one_in_other_clothes() {
        for text in [
            "127.0.0.1",
            "127.255.0.1",
            "::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
        ] {
            assert_eq!(Reach::of(text.parse().unwrap()), Reach::Loopback, "{text}");
        }
        for text in [
            "93.184.216.34",
            "2606:2800:220:1::1",
            "::ffff:93.184.216.34",
            "172.32.0.1",
        ] {
            assert_eq!(Reach::of(text.parse().unwrap()), Reach::Public, "{text}");
        }
    }
}
