//! Somebody who signed in to the console.

use tollgate_tests::World;

/// A session of the demo firm's person.
pub(crate) struct Browser {
    http: reqwest::Client,
    base: String,
    cookie: String,
}

impl Browser {
    /// Signs in with e-mail and password.
    pub(crate) async fn sign_in(world: &World) -> Self {
        let base = world.env("CONSOLE").to_owned();
        let form = [
            ("email", world.env("USER_EMAIL")),
            ("password", world.env("USER_PASSWORD")),
        ];
        let answer = world
            .http
            .post(format!("{base}/sign-in"))
            .header("sec-fetch-site", "same-origin")
            .form(&form)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 303, "signed in");
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        Self {
            http: world.http.clone(),
            base,
            cookie,
        }
    }

    /// A page or file: its status and text.
    pub(crate) async fn get(&self, path: &str) -> (u16, String) {
        let answer = self
            .http
            .get(format!("{}{path}", self.base))
            .header("cookie", &self.cookie)
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// A file of "Use it", for the call that the demo's sample API knows.
    pub(crate) async fn recipe(&self, world: &World, file: &str) -> String {
        let path = format!(
            "/clients/{}/use/{file}?path={}",
            world.env("CLIENT_ID"),
            world.env("API_PATH")
        );
        let (status, text) = self.get(&path).await;
        assert_eq!(status, 200, "{path}: {text}");
        text
    }
}
