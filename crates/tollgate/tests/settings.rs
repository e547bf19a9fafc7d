//! Settings as a person meets them: `tollgate init`, `tollgate check`, `tollgate serve`, and their reference.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tollgate::settings::{preset, reference};

/// A folder of a test's own, empty when the test begins.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("settings").join(name);
    let _not_there = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs the command in a folder, with no variable but these.
fn tollgate(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tollgate"));
    command
        .current_dir(folder)
        .env_clear()
        .args(arguments)
        .envs(environment.iter().copied());
    command.output().unwrap()
}

fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

fn with_master_key(name: &str) -> PathBuf {
    let folder = folder(name);
    assert!(
        tollgate(&folder, &["init", "--master-key", "master.key"], &[])
            .status
            .success()
    );
    folder
}

fn refused(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let output = tollgate(folder, arguments, environment);
    assert_eq!(output.status.code(), Some(1), "{:?}", said(&output));
    said(&output).1
}

#[test]
fn the_reference_is_what_the_table_says() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/settings.md");
    let written = reference::markdown();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(page.parent().unwrap()).unwrap();
        fs::write(&page, &written).unwrap();
    }
    let held = fs::read_to_string(&page).unwrap_or_default();
    assert!(
        held == written,
        "docs/reference/settings.md is not up to date: UPDATE_DOCS=1 writes it anew"
    );
}

/// OP18: the key is made at random, for its owner alone, and never over one that is there.
#[test]
fn init_makes_a_master_key_once() {
    let folder = with_master_key("init_makes_a_master_key_once");
    let path = folder.join("master.key");
    let key = fs::read_to_string(&path).unwrap();
    assert_eq!(
        (key.len(), fs::metadata(&path).unwrap().permissions().mode() & 0o777),
        (44, 0o600)
    );
    assert!(refused(&folder, &["init", "--master-key", "master.key"], &[]).contains("master.key"));
    assert_eq!(fs::read_to_string(&path).unwrap(), key);
}

#[test]
fn what_init_prints_passes_check() {
    let folder = with_master_key("what_init_prints_passes_check");
    let starts = std::iter::once(vec!["init"]).chain(preset::NAMES.map(|name| vec!["init", "--preset", name]));
    for arguments in starts {
        let (printed, _) = said(&tollgate(&folder, &arguments, &[]));
        assert!(
            printed.contains("\npublic_url = \"https://auth.example.com\"\n"),
            "{printed}"
        );
        assert!(printed.contains("\nfile = \"master.key\"\n"), "{printed}");
        fs::write(folder.join("tollgate.toml"), printed).unwrap();
        let checked = tollgate(&folder, &["check"], &[]);
        let (answer, problem) = said(&checked);
        assert!(checked.status.success(), "{arguments:?}: {problem}");
        assert!(answer.ends_with("tollgate.toml: no fault found\n"), "{answer}");
        let others: Vec<&str> = answer.lines().filter(|line| !line.starts_with("note: ")).collect();
        assert_eq!(others.len(), 1, "{answer}");
    }
}

#[test]
fn every_preset_passes_check_with_a_public_url() {
    let folder = with_master_key("every_preset_passes_check_with_a_public_url");
    let set = "server.public_url = \"https://auth.example.com\"\nmaster_key.file = \"master.key\"\n";
    for name in preset::NAMES {
        fs::write(folder.join("tollgate.toml"), format!("preset = {name:?}\n{set}")).unwrap();
        let checked = tollgate(&folder, &["check"], &[]);
        assert!(checked.status.success(), "{name}: {:?}", said(&checked));
    }
}

#[test]
fn check_names_every_fault_at_once_with_key_and_line() {
    let folder = folder("check_names_every_fault_at_once_with_key_and_line");
    let text = "[server]\npublic_url = \"http://auth.example.com\"\n\n[issuer]\ndialct = \"auth0\"\n\n[gateway]\n\
                leeway = 99\nupstream_roots = \"none.pem\"\n\n\
                [server.tls]\ncertificate = \"none.pem\"\nkey = \"none.pem\"\n";
    fs::write(folder.join("mine.toml"), text).unwrap();
    let problem = refused(&folder, &["check", "--config", "mine.toml"], &[]);
    let lines: Vec<&str> = problem.lines().collect();
    assert_eq!(lines.first(), Some(&"tollgate: mine.toml: 6 faults"), "{problem}");
    for expected in [
        "issuer.dialct: unknown key; did you mean issuer.dialect? (line 5)",
        "gateway.leeway: must be whole seconds, 0 to 60 (line 8)",
        "server.public_url: must be https (line 2)",
    ] {
        assert!(lines.contains(&expected), "{expected}\n{problem}");
    }
    let begins = [
        "server.tls: reading the key none.pem",
        "gateway.upstream_roots: reading",
        "master_key.file: there is no",
    ];
    for begin in begins {
        assert!(lines.iter().any(|line| line.starts_with(begin)), "{begin}\n{problem}");
    }
}

#[test]
fn notes_are_no_faults() {
    let folder = with_master_key("notes_are_no_faults");
    let text = "server.public_url = \"https://auth.example.com\"\nmaster_key.file = \"master.key\"\n\
                store.url = \"postgres://tollgate:canary@db/tollgate\"\ngateway.listen = \"203.0.113.1:80\"\n\
                [[api]]\nid = \"a\"\naudience = \"a\"\nname = \"A\"\nlifetime = 86401\n\
                [upstream.u]\ntargets = [\"http://10.0.0.1:80\"]\n";
    fs::write(folder.join("tollgate.toml"), text).unwrap();
    fs::set_permissions(folder.join("master.key"), fs::Permissions::from_mode(0o644)).unwrap();
    let checked = tollgate(&folder, &["check"], &[]);
    let (answer, _) = said(&checked);
    assert!(checked.status.success() && !answer.contains("canary"), "{answer}");
    for key in [
        "api[0].lifetime",
        "upstream.u",
        "gateway.listen",
        "store.url",
        "master_key.file",
    ] {
        assert!(
            answer.lines().any(|line| line.starts_with(&format!("note: {key}: "))),
            "{key}\n{answer}"
        );
    }
}

#[test]
fn environment_and_flags_are_enough_where_there_is_no_file() {
    let folder = with_master_key("environment_and_flags_are_enough_where_there_is_no_file");
    let environment = [
        ("TOLLGATE_SERVER_PUBLIC_URL", "https://auth.example.com"),
        ("TOLLGATE_MASTER_KEY_FILE", "nowhere"),
    ];
    let checked = tollgate(&folder, &["check", "--set", "master_key.file=master.key"], &environment);
    assert!(checked.status.success(), "{:?}", said(&checked));
    let problem = refused(&folder, &["check", "--config", "nowhere.toml"], &environment);
    assert!(problem.contains("reading nowhere.toml"), "{problem}");
    let problem = refused(
        &folder,
        &["check"],
        &[("TOLLGATE_SERVER_PUBLIC_ULR", "https://auth.example.com")],
    );
    let meant = "TOLLGATE_SERVER_PUBLIC_ULR: unknown variable; did you mean TOLLGATE_SERVER_PUBLIC_URL?";
    assert!(problem.contains(meant), "{problem}");
}

/// OP18: no start with a missing, short or made-up master key, from file or from the environment, and none of it
/// is shown.
#[test]
fn a_server_does_not_start_with_a_weak_master_key() {
    let folder = folder("a_server_does_not_start_with_a_weak_master_key");
    let text = "server.public_url = \"https://auth.example.com\"\nmaster_key.file = \"weak.key\"\n";
    fs::write(folder.join("tollgate.toml"), text).unwrap();
    let serve = |environment: &[(&str, &str)]| refused(&folder, &["serve"], environment);
    assert!(serve(&[]).contains("master_key.file: reading weak.key"));
    let zeros = "A".repeat(43);
    for weak in ["changeme", &zeros, "", "not base64url at all, but just as long as a"] {
        fs::write(folder.join("weak.key"), weak).unwrap();
        let problem = serve(&[]);
        assert!(problem.contains("master_key.file: the master key is not"), "{problem}");
        assert!(weak.is_empty() || !problem.contains(weak), "{problem}");
    }
    let problem = serve(&[("TOLLGATE_MASTER_KEY", &zeros)]);
    assert!(
        problem.contains("the master key is not random") && problem.contains("(TOLLGATE_MASTER_KEY)"),
        "{problem}"
    );
    assert!(!folder.join("tollgate.db").exists(), "nothing was opened");
}

/// OP15, OP18: what `check` complains about, `serve` does not start on: an http issuer, development beyond
/// loopback, management in public.
#[test]
fn a_server_refuses_what_check_complains_about() {
    let folder = with_master_key("a_server_refuses_what_check_complains_about");
    let sound = [
        "--set",
        "server.public_url=https://auth.example.com",
        "--set",
        "master_key.file=master.key",
    ];
    for (flags, problem) in [
        (
            &["server.public_url=http://auth.example.com"][..],
            "server.public_url: must be https",
        ),
        (
            &["server.development=true", "server.listen=0.0.0.0:8080"],
            "server.development: is for loopback only",
        ),
        (
            &["server.management_listen=203.0.113.9:8090"],
            "server.management_listen: is a public address",
        ),
        (
            &["server.management_listen=10.0.0.9:8090"],
            "server.management_listen: listens beyond loopback",
        ),
        (
            &["server.management_listen=127.0.0.1:8080"],
            "server.management_listen: must differ from server.listen",
        ),
    ] {
        for command in ["check", "serve"] {
            let mut arguments = vec![command];
            arguments.extend(sound);
            arguments.extend(flags.iter().flat_map(|flag| ["--set", *flag]));
            let refusal = refused(&folder, &arguments, &[]);
            assert!(refusal.contains(problem), "{command} {flags:?}: {refusal}");
        }
    }
    assert!(!folder.join("tollgate.db").exists(), "nothing was opened");
}

/// OP18: a gateway on its own does not start with a token that somebody made up.
#[test]
fn a_gateway_needs_a_token_that_is_one() {
    let folder = folder("a_gateway_needs_a_token_that_is_one");
    let text = "issuer.enabled = false\n[gateway.feed]\nurl = \"https://10.0.0.5:8090\"\n";
    fs::write(folder.join("tollgate.toml"), text).unwrap();
    assert!(refused(&folder, &["serve"], &[]).contains("gateway.feed.token_file: there is no gateway token"));
    let problem = refused(&folder, &["serve"], &[("TOLLGATE_GATEWAY_TOKEN", "changeme")]);
    assert!(
        problem.contains("is not a gateway's token (TOLLGATE_GATEWAY_TOKEN)"),
        "{problem}"
    );
    assert!(!problem.contains("changeme"), "{problem}");
}
