use super::{TEXTS, Words};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tollgate_issuer::authorize::language::SPOKEN;

/// Every text of a language, with the names of what is put into it.
fn texts(source: &'static str) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let parsed = fluent_syntax::parser::parse(source).expect("a file of texts without mistakes");
    let mut texts = BTreeMap::new();
    for entry in parsed.body {
        let Entry::Message(message) = entry else { continue };
        let mut names = BTreeSet::new();
        placeholders(message.value.as_ref().expect("a text"), &mut names);
        assert!(
            texts.insert(message.id.name, names).is_none(),
            "{} twice",
            message.id.name
        );
    }
    texts
}

fn placeholders<'a>(pattern: &Pattern<&'a str>, names: &mut BTreeSet<&'a str>) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { .. } => {}
            PatternElement::Placeable {
                expression: Expression::Inline(inline),
            } => name(inline, names),
            PatternElement::Placeable {
                expression: Expression::Select { selector, variants },
            } => {
                name(selector, names);
                assert!(variants.len() > 1, "a choice between one");
                for variant in variants {
                    placeholders(&variant.value, names);
                }
            }
        }
    }
}

fn name<'a>(inline: &InlineExpression<&'a str>, names: &mut BTreeSet<&'a str>) {
    match inline {
        InlineExpression::VariableReference { id } | InlineExpression::MessageReference { id, .. } => {
            names.insert(id.name);
        }
        other => panic!("texts have names in them and nothing else: {other:?}"),
    }
}

/// What speaks to guests outside the way's own room.
const GUESTS: [&str; 11] = [
    "src/again.rs",
    "src/console/people/forgot.rs",
    "src/console/people/sign_up.rs",
    "src/console/people/welcome.rs",
    "src/words.rs",
    "templates/people/dead.html",
    "templates/people/forgot.html",
    "templates/people/sent.html",
    "templates/people/sign_up.html",
    "templates/people/welcome.html",
    "templates/people/welcome_code.html",
];

/// The sources and templates of pages that speak the person's language, by file.
fn room() -> Vec<(String, String)> {
    let crate_root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &Path| (path.display().to_string(), std::fs::read_to_string(path).unwrap());
    let mut files: Vec<_> = GUESTS.iter().map(|file| read(&crate_root.join(file))).collect();
    for (folder, ending) in [("src/authorize", "rs"), ("templates/authorize", "html")] {
        for entry in std::fs::read_dir(crate_root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|found| found == ending) {
                files.push(read(&path));
            }
        }
    }
    assert!(files.len() > GUESTS.len() + 20, "the room is found");
    files
}

#[test]
fn every_text_is_there_in_every_language_with_the_same_placeholders() {
    let (_, english) = TEXTS[0];
    let english = texts(english);
    assert!(english.len() > 80);
    for (language, source) in TEXTS {
        assert_eq!(texts(source), english, "{language}");
    }
}

#[test]
fn every_text_that_is_asked_for_is_there_and_every_other_is_asked_for() {
    let english = texts(TEXTS[0].1);
    let files = room();
    for (file, source) in &files {
        for asking in ["say(", "told(", "show(", "show::<&str>(", "named(", "counted("] {
            for after in source.split(asking).skip(1) {
                let Some(rest) = after.strip_prefix('"') else { continue };
                let key = rest.split('"').next().unwrap();
                assert!(english.contains_key(key), "{file} asks for {key}");
            }
        }
    }
    for key in english.keys() {
        let quoted = format!("\"{key}\"");
        let asked = files.iter().any(|(_, source)| source.contains(&quoted));
        assert!(asked, "{key} is asked for nowhere");
    }
}

/// A template has words of its own in no language: what it says is asked for by name.
#[test]
fn no_template_has_words_of_its_own() {
    let files = room();
    let templates = files.iter().filter(|(file, _)| file.ends_with(".html"));
    for (file, source) in templates {
        let mut bare = source.clone();
        for (open, close) in [("{#", "#}"), ("{%", "%}"), ("{{", "}}")] {
            bare = without(&bare, open, close);
        }
        for attribute in [" title=\"", " alt=\"", " aria-label=\"", " placeholder=\""] {
            for after in bare.split(attribute).skip(1) {
                let value = after.split('"').next().unwrap();
                assert!(!value.contains(char::is_alphabetic), "{file}: {attribute}{value}");
            }
        }
        let words: String = without(&bare, "<", ">").split_whitespace().collect();
        assert!(!words.contains(char::is_alphabetic), "{file}: {words}");
    }
}

fn without(text: &str, open: &str, close: &str) -> String {
    let mut left = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        left.push_str(before);
        rest = after.split_once(close).map_or("", |(_, after)| after);
    }
    left + rest
}

/// CO8: a name is shown as it is, set apart, and neither as markup nor as a part of our sentence.
#[test]
fn a_name_in_a_sentence_stays_a_name() {
    let words = Words::of("en");
    for (name, shown) in [
        ("Reports", "to go on to <bdi>Reports</bdi>"),
        (
            "<b>{ $application }</b>",
            "to go on to <bdi>&#60;b&#62;{ $application }&#60;/b&#62;</bdi>",
        ),
        ("\u{e000}\u{e001}", "to go on to <bdi>\u{e000}\u{e001}</bdi>"),
        ("\u{202e}gnp.exe", "to go on to <bdi>\u{202e}gnp.exe</bdi>"),
    ] {
        assert_eq!(words.named("sign-in-lead", "application", name).to_string(), shown);
    }
    let two = words.show("consent-lead", &[("application", "\u{e001}"), ("owner", "Firm & Co")]);
    assert_eq!(
        two.to_string(),
        "<bdi>\u{e001}</bdi> of <bdi>Firm &#38; Co</bdi> asks to act for you."
    );
}

#[test]
fn a_span_is_told_as_each_language_counts() {
    for (language, seconds, told) in [
        ("en", 90 * 86_400, "90 days"),
        ("en", 5_400, "1 hour 30 minutes"),
        ("en", 1, "1 second"),
        ("en", 0, "0 seconds"),
        ("en", -5, "0 seconds"),
        ("en", 3_601, "1 hour"),
        ("de", 90 * 86_400, "90 Tage"),
        ("de", 86_400, "1 Tag"),
        ("fr", 2_592_000, "30 jours"),
        ("fr", 0, "0 seconde"),
        ("es", 93_600, "1 d\u{ed}a 2 horas"),
        ("pt", 60, "1 minuto"),
        ("xx", 60, "1 minute"),
    ] {
        assert_eq!(Words::of(language).span(seconds), told, "{language} {seconds}");
    }
}

/// SO-13: whatever language the rules choose for a person, the pages speak it, and a wish may be spelled with an
/// underscore.
#[test]
fn the_pages_speak_every_language_that_is_chosen() {
    let mut here: Vec<&str> = TEXTS.iter().map(|(language, _)| *language).collect();
    let mut chosen = SPOKEN.to_vec();
    here.sort_unstable();
    chosen.sort_unstable();
    assert_eq!(here, chosen);
    assert_eq!(Words::wanted(Some("es_CL"), "de").language(), "es");
    assert_eq!(Words::wanted(None, "ja, pt-BR;q=0.9").language(), "pt");
    assert_eq!(Words::wanted(Some("<script>"), "").language(), "en");
    assert_eq!(Words::of("<script>").language(), "en");
}
