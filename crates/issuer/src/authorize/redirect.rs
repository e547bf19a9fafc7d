//! Where a person may be sent back to.

use tollgate_protocol::refusal::{Code, Refusal};

/// The address that the answer goes to, and whether the request named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// As asked, or the only one registered.
    pub uri: String,
    /// Then the token request must name it as well (RFC 6749 §4.1.3).
    pub named: bool,
}

/// The address that a request names, if it is registered; the only registered one, if it names none (RFC 6749
/// §3.1.2.3). It is looked at anew on every request, also where the person agreed before (AT4).
///
/// `public` clients alone may come back on any port of the loopback interface.
///
/// # Errors
/// [`Code::RedirectMissing`] or [`Code::RedirectUnknown`]. Neither may lead to any redirect (RU5).
pub fn find(registered: &[String], asked: Option<&str>, public: bool) -> Result<Redirect, Refusal> {
    match (asked, registered) {
        (Some(asked), _) if registered.iter().any(|one| same(one, asked, public)) => Ok(Redirect {
            uri: asked.to_owned(),
            named: true,
        }),
        (Some(_), _) => Err(Refusal::of(Code::RedirectUnknown)),
        (None, [only]) => Ok(Redirect {
            uri: only.clone(),
            named: false,
        }),
        (None, _) => Err(Refusal::of(Code::RedirectMissing)),
    }
}

/// Octet for octet (RFC 9700 §2.1). The one exception is RFC 8252 §7.3: a native app listens on a port that the machine
/// gave it, so for a public client the port of a loopback address is not compared. Everything else of it is.
fn same(registered: &str, asked: &str, public: bool) -> bool {
    if registered == asked {
        return true;
    }
    match (public, loopback(registered), loopback(asked)) {
        (true, Some(registered), Some(asked)) => registered == asked,
        _ => false,
    }
}

/// Host and what follows the port, of an address on the loopback interface. The interface is named by its number:
/// `localhost` may lead elsewhere (RFC 8252 §8.3).
fn loopback(uri: &str) -> Option<(&'static str, &str)> {
    ["http://127.0.0.1", "http://[::1]"].into_iter().find_map(|host| {
        let after = uri.strip_prefix(host)?;
        let rest = match after.strip_prefix(':') {
            Some(ported) => after_port(ported)?,
            None => after,
        };
        (rest.is_empty() || rest.starts_with(['/', '?'])).then_some((host, rest))
    })
}

/// What follows a port: 1 to 65535, written without zeros before it.
fn after_port(text: &str) -> Option<&str> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (port, rest) = text.split_at_checked(digits)?;
    let sound = !port.starts_with('0') && port.parse::<u16>().is_ok();
    sound.then_some(rest)
}

#[cfg(test)]
mod tests;
