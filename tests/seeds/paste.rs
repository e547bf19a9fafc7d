//! A vendor's own command lines: the vendor's host in the URL, this house's port behind it.

use tollgate_tests::World;
use tollgate_tests::curl::{Answer, curl};

/// Runs `curl` with every connection led to the issuer, whatever host the URL names.
pub(crate) async fn at_issuer(world: &World, arguments: &[&str]) -> Answer {
    led_to(port(world.env("CONSOLE").trim_end_matches("/console")), arguments).await
}

/// The same with the gateway.
pub(crate) async fn at_gateway(world: &World, arguments: &[&str]) -> Answer {
    led_to(port(world.env("GATEWAY")), arguments).await
}

/// The text with this world's client and audience in place of the documents' placeholders.
pub(crate) fn filled(world: &World, text: &str) -> String {
    text.replace("<YOUR_CLIENT_ID>", world.env("CLIENT_ID"))
        .replace("<YOUR_CLIENT_SECRET>", world.env("CLIENT_SECRET"))
        .replace("<TARGET_API_AUDIENCE>", world.env("AUDIENCE"))
        .replace("<X_EMAIL>", world.env("USER_EMAIL"))
}

async fn led_to(port: &str, arguments: &[&str]) -> Answer {
    let lead = format!("::127.0.0.1:{port}");
    let mut all = vec!["--noproxy", "*", "--connect-to", lead.as_str()];
    all.extend_from_slice(arguments);
    curl(&all).await
}

fn port(origin: &str) -> &str {
    origin.rsplit_once(':').expect("an origin with a port").1
}
