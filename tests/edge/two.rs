//! HTTP/2 by hand (RFC 9113): frames that no library would write.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A field as it is written, name and value.
pub(crate) type Field = (Vec<u8>, Vec<u8>);

/// A request on a connection of its own.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) fields: Vec<Field>,
    /// DATA after the head; none: the head ends the stream.
    pub(crate) body: Option<Vec<u8>>,
    /// Fields after the body.
    pub(crate) trailers: Option<Vec<Field>>,
}

/// What becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Became {
    /// An answer, with what its body holds.
    Answered { status: u16, body: String },
    /// The stream was reset, or the connection closed.
    Refused,
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// Sends it to the gateway, which is told beforehand that it is HTTP/2 (§3.3).
pub(crate) async fn ask(gateway: &str, asked: &Asked) -> Became {
    let at = gateway.trim_start_matches("http://").replace("localhost", "127.0.0.1");
    let mut stream = TcpStream::connect(at).await.unwrap();
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    frame(&mut bytes, SETTINGS, 0, 0, &[]);
    let last = asked.body.is_none() && asked.trailers.is_none();
    frame(
        &mut bytes,
        HEADERS,
        END_HEADERS | if last { END_STREAM } else { 0 },
        1,
        &block(&asked.fields),
    );
    if let Some(body) = &asked.body {
        let end = if asked.trailers.is_none() { END_STREAM } else { 0 };
        frame(&mut bytes, DATA, end, 1, body);
    }
    if let Some(trailers) = &asked.trailers {
        frame(&mut bytes, HEADERS, END_HEADERS | END_STREAM, 1, &block(trailers));
    }
    // It may be refused before it is read to its end.
    let _cut = stream.write_all(&bytes).await;
    let limit = std::time::Duration::from_secs(20);
    let became = tokio::time::timeout(limit, answer(&mut stream)).await;
    became.unwrap_or_else(|_| panic!("it waits for more: {asked:?}"))
}

fn frame(bytes: &mut Vec<u8>, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    bytes.extend_from_slice(&length[1..]);
    bytes.extend_from_slice(&[kind, flags]);
    bytes.extend_from_slice(&stream.to_be_bytes());
    bytes.extend_from_slice(payload);
}

/// Fields as literals that are not remembered (RFC 7541 §6.2.2).
fn block(fields: &[Field]) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in fields {
        block.push(0);
        for text in [name, value] {
            let length = u8::try_from(text.len()).unwrap();
            if length < 127 {
                block.push(length);
            } else {
                block.extend_from_slice(&[127, length - 127]);
            }
            block.extend_from_slice(text);
        }
    }
    block
}

async fn answer(stream: &mut TcpStream) -> Became {
    let (mut status, mut body) = (None, String::new());
    loop {
        let mut head = [0; 9];
        if stream.read_exact(&mut head).await.is_err() {
            return Became::Refused;
        }
        let [a, b, c, kind, flags, ..] = head;
        let mut payload = vec![0; usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c)];
        if stream.read_exact(&mut payload).await.is_err() {
            return Became::Refused;
        }
        match kind {
            RST_STREAM if status.is_none() => return Became::Refused,
            GOAWAY if status.is_none() => return Became::Refused,
            HEADERS if status.is_none() => status = Some(said(&payload)),
            DATA => body.push_str(&String::from_utf8_lossy(&payload)),
            _ => {}
        }
        let ends = matches!(kind, DATA | HEADERS) && flags & END_STREAM != 0;
        if let (Some(status), true) = (status, ends || matches!(kind, RST_STREAM | GOAWAY)) {
            return Became::Answered { status, body };
        }
    }
}

/// The status, which stands first in the block: by its number in the static table (RFC 7541, Appendix A), or 0 where it is
/// written out.
fn said(block: &[u8]) -> u16 {
    match block.first() {
        Some(0x88) => 200,
        Some(0x89) => 204,
        Some(0x8A) => 206,
        Some(0x8B) => 304,
        Some(0x8C) => 400,
        Some(0x8D) => 404,
        Some(0x8E) => 500,
        _ => 0,
    }
}
