//! How people sign in at a client, as it is typed.

use super::connection::object;
use clap::Args;
use serde_json::Value;

/// The algorithms that there are, and the word for what the house has.
const ID_TOKEN: [&str; 5] = ["RS256", "ES256", "PS256", "EdDSA", "default"];
/// As above; `plain` is JSON that is not signed.
const USERINFO: [&str; 5] = ["RS256", "ES256", "PS256", "EdDSA", "plain"];

/// How people sign in at a client; what is not given stays.
#[derive(Debug, Args)]
pub struct SignIn {
    /// Whether people are not asked whether it may act for them: it is the vendor's own.
    #[arg(long, value_name = "BOOL")]
    trusted: Option<bool>,
    /// Whether each sector learns another `sub`.
    #[arg(long, value_name = "BOOL")]
    pairwise: Option<bool>,
    /// What signs its ID tokens.
    #[arg(long, value_parser = ID_TOKEN)]
    id_token_alg: Option<String>,
    /// What signs its UserInfo answers.
    #[arg(long, value_parser = USERINFO)]
    userinfo_alg: Option<String>,
    /// Where it is told that somebody signed out; empty: nowhere.
    #[arg(long, value_name = "URL")]
    backchannel_logout_uri: Option<String>,
    /// What browsers open when somebody signs out; empty: nothing.
    #[arg(long, value_name = "URL")]
    frontchannel_logout_uri: Option<String>,
    /// Whether a refresh token dies when it is used; `default`: the house's way.
    #[arg(long, value_parser = ["true", "false", "default"])]
    refresh_rotates: Option<String>,
}

impl SignIn {
    /// The member of a request's body, if anything was given.
    pub(super) fn body(self) -> Option<Value> {
        // An empty text, or the word for the house's way, is null.
        let unless = |none: &str, text: Option<String>| {
            text.map(|text| match text == none {
                true => Value::Null,
                false => text.into(),
            })
        };
        let rotates = self.refresh_rotates.map(|text| match text.parse::<bool>() {
            Ok(rotates) => Value::Bool(rotates),
            Err(_) => Value::Null,
        });
        let body = object([
            ("trusted", self.trusted.map(Value::Bool)),
            ("pairwise", self.pairwise.map(Value::Bool)),
            ("id_token_alg", unless("default", self.id_token_alg)),
            ("userinfo_alg", unless("plain", self.userinfo_alg)),
            ("backchannel_logout_uri", unless("", self.backchannel_logout_uri)),
            ("frontchannel_logout_uri", unless("", self.frontchannel_logout_uri)),
            ("rotates", rotates),
        ]);
        let given = body.as_object().is_some_and(|members| !members.is_empty());
        given.then_some(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;
    use serde_json::json;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        sign_in: SignIn,
    }

    fn body(typed: &[&str]) -> Option<Value> {
        let typed = std::iter::once("x").chain(typed.iter().copied());
        Typed::try_parse_from(typed).unwrap().sign_in.body()
    }

    #[test]
    fn what_is_not_given_stays_and_the_houses_way_is_null() {
        assert_eq!(body(&[]), None);
        assert_eq!(
            body(&[
                "--trusted",
                "true",
                "--id-token-alg",
                "ES256",
                "--refresh-rotates",
                "false"
            ]),
            Some(json!({ "trusted": true, "id_token_alg": "ES256", "rotates": false }))
        );
        let back = [
            "--id-token-alg",
            "default",
            "--userinfo-alg",
            "plain",
            "--refresh-rotates",
            "default",
            "--backchannel-logout-uri",
            "",
        ];
        assert_eq!(
            body(&back),
            Some(json!({
                "id_token_alg": null, "userinfo_alg": null, "backchannel_logout_uri": null, "rotates": null
            }))
        );
    }
}
