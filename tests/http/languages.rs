//! The pages beside the way, for who forgot a password or follows a link from a mail, in the person's language.

use http::Method;
use tollgate_issuer::outbox;
use tollgate_issuer::people::link;
use tollgate_issuer::registry::Asker;
use tollgate_model::{Moment, Page as Listing};
use tollgate_tests::app::{ANN, Wanted, on_each_store};
use tollgate_tests::house::{House, PASSWORD};
use tollgate_tests::visitor::{Form, Page, Visitor};
use tollgate_tests::{Backend, run};
use totp_rs::{Builder, Secret};

const NEW: &str = "zoe@firm9.example";

/// What a page says in its heading, or of a form.
struct Said {
    language: &'static str,
    forgot: &'static str,
    mailed: &'static str,
    reset: &'static str,
    refused: &'static str,
    dead: &'static str,
    stale: &'static str,
    code: &'static str,
    open: &'static str,
    opening: &'static str,
    missing: &'static str,
    welcome: &'static str,
}

const SAID: [Said; 5] = [
    Said {
        language: "en",
        forgot: "Forgot your password?",
        mailed: "Look into your mail",
        reset: "Choose a new password",
        refused: "This password cannot be chosen",
        dead: "This link does not work",
        stale: "This page is stale",
        code: "Code from the link",
        open: "Open an account",
        opening: "Open your account",
        missing: "Please fill this in.",
        welcome: "Sign in for the first time",
    },
    Said {
        language: "de",
        forgot: "Passwort vergessen?",
        mailed: "Sehen Sie in Ihre E-Mail",
        reset: "Neues Passwort wählen",
        refused: "Dieses Passwort kann nicht gewählt werden",
        dead: "Dieser Link gilt nicht",
        stale: "Diese Seite ist veraltet",
        code: "Code aus dem Link",
        open: "Konto eröffnen",
        opening: "Ihr Konto eröffnen",
        missing: "Bitte füllen Sie das aus.",
        welcome: "Zum ersten Mal anmelden",
    },
    Said {
        language: "fr",
        forgot: "Mot de passe oublié ?",
        mailed: "Consultez votre messagerie",
        reset: "Choisir un nouveau mot de passe",
        refused: "Ce mot de passe ne peut pas être choisi",
        dead: "Ce lien ne fonctionne pas",
        stale: "Cette page n’est plus à jour",
        code: "Code du lien",
        open: "Ouvrir un compte",
        opening: "Ouvrir votre compte",
        missing: "Veuillez remplir ce champ.",
        welcome: "Se connecter pour la première fois",
    },
    Said {
        language: "es",
        forgot: "¿Olvidó su contraseña?",
        mailed: "Mire su correo",
        reset: "Elegir una contraseña nueva",
        refused: "Esta contraseña no se puede elegir",
        dead: "Este enlace no funciona",
        stale: "Esta página ya no está al día",
        code: "Código del enlace",
        open: "Abrir una cuenta",
        opening: "Abrir su cuenta",
        missing: "Rellene este campo.",
        welcome: "Iniciar sesión por primera vez",
    },
    Said {
        language: "pt",
        forgot: "Esqueceu a senha?",
        mailed: "Veja o seu e-mail",
        reset: "Escolher uma nova senha",
        refused: "Esta senha não pode ser escolhida",
        dead: "Este link não funciona",
        stale: "Esta página está desatualizada",
        code: "Código do link",
        open: "Abrir uma conta",
        opening: "Abrir a sua conta",
        missing: "Preencha este campo.",
        welcome: "Entrar pela primeira vez",
    },
];

/// A browser that is set to a language.
struct Reader {
    visitor: Visitor,
    accept: String,
}

impl Reader {
    fn of(house: &House, accept: &str) -> Self {
        Self {
            visitor: house.visitor(),
            accept: accept.to_owned(),
        }
    }

    async fn get(&mut self, path: &str) -> Page {
        let request = self.visitor.bare(Method::GET, path).header("sec-fetch-site", "none");
        let answer = request.header("accept-language", &self.accept).send().await.unwrap();
        self.visitor.read(path, answer).await
    }

    async fn sends(&mut self, form: &Form, site: &str) -> Page {
        let request = self.visitor.bare(Method::POST, &form.action);
        let request = request
            .header("sec-fetch-site", site)
            .header("accept-language", &self.accept);
        let answer = request.form(&form.fields).send().await.unwrap();
        self.visitor.read(&form.action, answer).await
    }

    async fn send(&mut self, form: &Form) -> Page {
        self.sends(form, "same-origin").await
    }

    /// Follows a mailed link as the script of the page does: what stands after the `#` goes on in a form.
    async fn follow(&mut self, link: &str) -> Page {
        let (_, token) = link.split_once('#').unwrap();
        let page = self.get("/console/welcome?code=other").await;
        let carried = self.send(&page.form("/console/welcome/open").set("code", token)).await;
        assert_eq!(carried.leads_to(), "/console/welcome");
        self.get("/console/welcome").await
    }
}

/// Holds a page to a language: what it says it is written in, and what it says.
#[track_caller]
fn speaks(page: &Page, status: u16, language: &str, words: &str) {
    assert_eq!(page.status, status, "{}: {}", page.path, page.text);
    assert!(
        page.text.contains(&format!("<html lang=\"{language}\">")),
        "{language}: {}",
        page.text
    );
    assert!(page.words().contains(words), "{words}: {}", page.text);
}

/// A language that is not this one, for a browser that is set to another than the application asks for.
fn other(language: &str) -> &'static str {
    if language == "es" { "fr-CH, en;q=0.5" } else { "es" }
}

/// The newest link in a mail to somebody.
async fn link_to(house: &House, to: &str) -> String {
    let page = Listing {
        after: None,
        limit: Listing::MOST,
    };
    for mail in house.desk().store.mails(&page).await.unwrap().items {
        let text = outbox::read(house.desk(), &mail.id).await.unwrap().unwrap();
        let link = text.split_whitespace().find(|word| word.contains("/console/welcome#"));
        if let Some(link) = link.filter(|_| mail.to == to) {
            return link.to_owned();
        }
    }
    panic!("no link to {to}");
}

/// SO-13: who forgot the password on the way to an application goes on in the language that the application asked for,
/// whatever the browser is set to: from the form by the mail's link to the application's next page, refusals included.
#[test]
fn a_new_password_is_chosen_in_the_language_of_the_way() {
    on_each_store(async |backend| {
        let house = House::peopled("", "", backend).await;
        let app = house.app(Wanted::default()).await;
        for said in &SAID {
            let email = format!("ann-{}@firm1.example", said.language);
            house.person(&email, false).await;
            let mut ann = Reader::of(&house, other(said.language));
            let asked = app.ask("openid").with("ui_locales", said.language);
            let page = house.asks(&mut ann.visitor, &asked).await;
            let page = house.leads(&mut ann.visitor, page, &app.redirect_uri).await.unwrap();
            let tags = page.tags();
            let mut links = tags.iter().filter_map(|tag| tag.get("href"));
            let link = links.find(|href| href.starts_with("/console/forgot?")).unwrap();
            assert!(link.ends_with(&format!("lang={}", said.language)), "{link}");

            let page = ann.get(link).await;
            speaks(&page, 200, said.language, said.forgot);
            let form = page.form("/console/forgot").set("email", &email);
            let forged = ann.sends(&form, "cross-site").await;
            speaks(&forged, 400, said.language, said.stale);
            let sent = ann.send(&form).await;
            assert_eq!(sent.status, 303);
            let page = ann.get(sent.leads_to()).await;
            speaks(&page, 200, said.language, said.mailed);

            let link = link_to(&house, &email).await;
            let page = ann.follow(&link).await;
            speaks(&page, 200, said.language, said.reset);
            let form = page.form("/console/welcome");
            let weak = ann.send(&form.clone().set("new_password", "short")).await;
            speaks(&weak, 422, said.language, said.refused);
            let forged = ann.sends(&form, "cross-site").await;
            speaks(&forged, 400, said.language, said.stale);
            // Another tab, open when the link was used.
            let mut late = Reader {
                visitor: ann.visitor.tab(),
                accept: ann.accept.clone(),
            };
            let form = weak
                .form("/console/welcome")
                .set("new_password", "yet another battery phrase");
            let done = ann.send(&form).await;
            assert!(done.leads_to().starts_with("/flow/"), "{}", done.text);
            let dead = late.send(&form).await;
            speaks(&dead, 410, said.language, said.dead);
            assert!(dead.text.contains(&format!("/console/forgot?lang={}\"", said.language)));
        }
    });
}

/// SO-13: where no way says which, the browser's own language is spoken, by every page that somebody reaches without
/// having signed in.
#[test]
fn a_guest_is_spoken_to_in_the_language_of_the_browser() {
    run(async {
        let house = House::peopled("", "[console]\nsign_up = true", Backend::Sqlite).await;
        for said in &SAID {
            let mut zoe = Reader::of(&house, &format!("ja, {}-BR;q=0.8, en;q=0.3", said.language));
            for (path, words) in [
                ("/console/forgot", said.forgot),
                ("/console/mail-sent", said.mailed),
                ("/console/welcome", said.code),
                ("/console/sign-up", said.open),
            ] {
                speaks(&zoe.get(path).await, 200, said.language, words);
            }
            let dead = zoe.follow("#tgl_none").await;
            speaks(&dead, 410, said.language, said.dead);

            let form = zoe.get("/console/sign-up").await.form("/console/sign-up");
            let form = form.set("account", "Ninth Firm").set("name", "Zoe");
            let lacking = zoe.send(&form).await;
            speaks(&lacking, 422, said.language, said.missing);
            let email = format!("{}-{NEW}", said.language);
            let sent = zoe.send(&form.set("email", &email)).await;
            assert_eq!(sent.leads_to(), "/console/mail-sent");
            let page = zoe.follow(&link_to(&house, &email).await).await;
            speaks(&page, 200, said.language, said.opening);

            let invited = format!("invited-{email}");
            let asked = link::invite_operator(house.desk(), &Asker::system(), &invited, "Zoe").await;
            asked.unwrap().unwrap();
            let page = zoe.follow(&link_to(&house, &invited).await).await;
            speaks(&page, 200, said.language, said.welcome);

            // The console's own pages are English, and say so.
            speaks(&zoe.get("/console/sign-in").await, 200, "en", "Sign in");
        }
    });
}

/// SO-13, CO8: a language that is none of ours is passed over, and stands on no page.
#[test]
fn an_unknown_language_is_passed_over() {
    run(async {
        let house = House::peopled("", "", Backend::Sqlite).await;
        let mut ann = Reader::of(&house, "pt");
        for unknown in ["xx", "", "PT", "de-AT", "fr%20de", "%22%3E%3Cb%3E", "../de"] {
            for page in ["forgot", "mail-sent", "welcome"] {
                let page = ann.get(&format!("/console/{page}?lang={unknown}")).await;
                speaks(&page, 200, "pt", "link");
                assert!(!page.text.contains("name=\"lang\""), "{unknown}: {}", page.text);
            }
            let form = ann.get("/console/forgot").await.form("/console/forgot");
            let sent = ann.send(&form.set("email", ANN).set("lang", unknown)).await;
            assert_eq!(sent.leads_to(), "/console/mail-sent", "{unknown}");
        }
        // One of ours wins over the browser's, and goes on with the link's code.
        let page = ann.get("/console/welcome?lang=fr").await;
        speaks(&page, 200, "fr", "Code du lien");
        let carried = ann
            .send(&page.form("/console/welcome/open").set("code", "tgl_none"))
            .await;
        assert_eq!(carried.leads_to(), "/console/welcome?lang=fr");
        speaks(
            &ann.get(carried.leads_to()).await,
            410,
            "fr",
            "Ce lien ne fonctionne pas",
        );
    });
}

/// SE9: a new password skips no second factor, and the way asks for it at a page of its own, in its own language.
#[test]
fn a_second_factor_is_asked_for_on_the_way_after_a_new_password() {
    run(async {
        let house = House::peopled("", "", Backend::Sqlite).await;
        let app = house.app(Wanted::default()).await;
        let mut before = house.visitor();
        before.sign_in(ANN, PASSWORD).await;
        let page = before.open("/console/profile/second-factor").await;
        let otp = code(&page.words(), house.desk().now());
        let form = page.form("/console/profile/second-factor").set("otp", &otp);
        assert_eq!(before.send(&form).await.status, 200);

        let mut ann = Reader::of(&house, "en");
        let asked = app.ask("openid").with("ui_locales", "pt");
        let page = house.asks(&mut ann.visitor, &asked).await;
        let page = house.leads(&mut ann.visitor, page, &app.redirect_uri).await.unwrap();
        let flow = page.path.trim_end_matches("/sign-in").to_owned();
        let (_, id) = flow.rsplit_once('/').unwrap();
        let page = ann.get(&format!("/console/forgot?flow={id}&lang=pt")).await;
        ann.send(&page.form("/console/forgot").set("email", ANN)).await;
        let page = ann.follow(&link_to(&house, ANN).await).await;
        let form = page.form("/console/welcome");
        let done = ann.send(&form.set("new_password", "yet another battery phrase")).await;
        assert_eq!(done.leads_to(), flow);
        let page = house.leads(&mut ann.visitor, done, &app.redirect_uri).await.unwrap();
        assert_eq!(page.path, format!("{flow}/second-factor"));
        speaks(&page, 200, "pt", "Código do seu aplicativo");
    });
}

/// What an authenticator app shows that was given the key on this page.
fn code(page: &str, now: Moment) -> String {
    let keys: Vec<_> = page.split(['<', '>', '"']).map(|word| word.replace(' ', "")).collect();
    let base32 = |word: &&String| {
        word.len() == 32
            && word
                .bytes()
                .all(|b| b.is_ascii_uppercase() || (b'2'..=b'7').contains(&b))
    };
    let key = keys.iter().find(base32).expect("the key to type");
    let app = Builder::new()
        .with_secret(Secret::try_from_base32(key).unwrap())
        .build_noncompliant();
    app.generate(u64::try_from(now.0).unwrap()).to_string()
}
