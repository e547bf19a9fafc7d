//! What Envoy and we say to each other: the part of `envoy.service.auth.v3` that is used here, with the tags of Envoy's own
//! files. None of it prints itself: a request's headers hold credentials.

use prost::Message;
use std::collections::HashMap;

#[derive(Message)]
#[prost(skip_debug)]
pub(crate) struct CheckRequest {
    #[prost(message, optional, tag = "1")]
    pub(crate) attributes: Option<Attributes>,
}

#[derive(Message)]
#[prost(skip_debug)]
pub(crate) struct Attributes {
    #[prost(message, optional, tag = "1")]
    pub(crate) source: Option<Source>,
    #[prost(message, optional, tag = "4")]
    pub(crate) request: Option<Asked>,
}

#[derive(Message)]
#[prost(skip_debug)]
pub(crate) struct Source {
    #[prost(message, optional, tag = "1")]
    pub(crate) address: Option<Address>,
}

/// One of several kinds; of the others we know nothing.
#[derive(Message)]
#[prost(skip_debug)]
pub(crate) struct Address {
    #[prost(message, optional, tag = "1")]
    pub(crate) socket_address: Option<SocketAddress>,
}

#[derive(Message)]
#[prost(skip_debug)]
pub(crate) struct SocketAddress {
    #[prost(string, tag = "2")]
    pub(crate) address: String,
}

#[derive(Message)]
#[prost(skip_debug)]
pub(crate) struct Asked {
    #[prost(message, optional, tag = "2")]
    pub(crate) http: Option<HttpRequest>,
}

#[derive(Message)]
#[prost(skip_debug)]
pub(crate) struct HttpRequest {
    #[prost(string, tag = "2")]
    pub(crate) method: String,
    /// Fields of one name are joined by commas here.
    #[prost(map = "string, string", tag = "3")]
    pub(crate) headers: HashMap<String, String>,
    #[prost(string, tag = "4")]
    pub(crate) path: String,
    #[prost(string, tag = "5")]
    pub(crate) host: String,
    #[prost(string, tag = "6")]
    pub(crate) scheme: String,
    /// In place of `headers`, one by one, with `encode_raw_headers`.
    #[prost(message, optional, tag = "13")]
    pub(crate) header_map: Option<Headers>,
}

#[derive(Message)]
#[prost(skip_debug)]
pub(crate) struct Headers {
    #[prost(message, repeated, tag = "1")]
    pub(crate) headers: Vec<Header>,
}

#[derive(Message)]
#[prost(skip_debug)]
pub(crate) struct Header {
    #[prost(string, tag = "1")]
    pub(crate) key: String,
    #[prost(string, tag = "2")]
    pub(crate) value: String,
    #[prost(bytes = "vec", tag = "3")]
    pub(crate) raw_value: Vec<u8>,
}

#[derive(Message)]
#[prost(skip_debug)]
pub(crate) struct CheckResponse {
    #[prost(message, optional, tag = "1")]
    pub(crate) status: Option<Status>,
    #[prost(message, optional, tag = "2")]
    pub(crate) denied_response: Option<Denied>,
    #[prost(message, optional, tag = "3")]
    pub(crate) ok_response: Option<Granted>,
}

/// `google.rpc.Status`.
#[derive(Message)]
#[prost(skip_debug)]
pub(crate) struct Status {
    #[prost(int32, tag = "1")]
    pub(crate) code: i32,
}

#[derive(Message)]
#[prost(skip_debug)]
pub(crate) struct Denied {
    #[prost(message, optional, tag = "1")]
    pub(crate) status: Option<HttpStatus>,
    #[prost(message, repeated, tag = "2")]
    pub(crate) headers: Vec<HeaderOption>,
    #[prost(string, tag = "3")]
    pub(crate) body: String,
}

#[derive(Message)]
#[prost(skip_debug)]
pub(crate) struct HttpStatus {
    #[prost(int32, tag = "1")]
    pub(crate) code: i32,
}

#[derive(Message)]
#[prost(skip_debug)]
pub(crate) struct Granted {
    #[prost(message, repeated, tag = "2")]
    pub(crate) headers: Vec<HeaderOption>,
    #[prost(string, repeated, tag = "5")]
    pub(crate) headers_to_remove: Vec<String>,
    #[prost(message, repeated, tag = "6")]
    pub(crate) response_headers_to_add: Vec<HeaderOption>,
}

#[derive(Message)]
#[prost(skip_debug)]
pub(crate) struct HeaderOption {
    #[prost(message, optional, tag = "1")]
    pub(crate) header: Option<Header>,
    #[prost(int32, tag = "3")]
    pub(crate) append_action: i32,
}

/// `append_action`: beside what is there.
pub(crate) const APPEND: i32 = 0;
/// `append_action`: in place of what is there.
pub(crate) const OVERWRITE: i32 = 2;
