//! Where recipes are made and run: each in a directory of its own, with nothing in the environment but what it needs.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use tollgate_tests::house::checkout;

/// A language, by the file of its recipe.
pub(crate) struct Language {
    pub(crate) file: &'static str,
    /// The program that must be there.
    program: &'static str,
    /// Whether a machine without it is good enough.
    optional: bool,
}

const fn language(file: &'static str, program: &'static str, optional: bool) -> Language {
    Language {
        file,
        program,
        optional,
    }
}

pub(crate) const LANGUAGES: &[Language] = &[
    language("call.sh", "curl", false),
    language("call.py", "python3", false),
    language("call.mjs", "node", false),
    language("call.rs", "rustc", false),
    language("call.go", "go", true),
    language("Call.java", "java", true),
    language("Call.cs", "dotnet", true),
];

/// What became of a run.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) ok: bool,
    pub(crate) said: String,
}

/// A directory to work in.
pub(crate) struct Kitchen {
    dir: tempfile::TempDir,
}

/// A recipe that is ready to run.
pub(crate) struct Dish {
    program: PathBuf,
    arguments: Vec<String>,
    dir: PathBuf,
}

impl Kitchen {
    pub(crate) fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    /// Writes the recipe down, and compiles it where it needs that; none when the language is not installed.
    pub(crate) async fn prepare(&self, language: &'static Language, text: &str) -> Option<Dish> {
        let program = if language.file == "call.py" {
            python()
        } else {
            find(language.program)
        };
        let Some(program) = program else {
            let missing = format!("{} is not installed, which {} needs", language.program, language.file);
            assert!(language.optional && !all(), "{missing}");
            return None;
        };
        let dir = self.dir.path().to_owned();
        let text = text.to_owned();
        let made = tokio::task::spawn_blocking(move || prepare(language, &program, &dir, &text));
        Some(made.await.unwrap())
    }

    /// What the shell's recipe keeps for a client, and the mode of the file.
    pub(crate) fn kept(&self, client: &str) -> (String, u32) {
        let path = self.dir.path().join("home/.cache/tollgate").join(client);
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        (std::fs::read_to_string(path).unwrap(), mode)
    }
}

impl Dish {
    /// Runs it in a home where nothing is.
    pub(crate) async fn serve(&self, secret: &str) -> Outcome {
        let home = tempfile::tempdir().unwrap();
        self.run(secret, home.path()).await
    }

    /// Runs it in the kitchen's own home.
    pub(crate) async fn serve_at_home(&self, secret: &str) -> Outcome {
        self.run(secret, &self.dir.join("home")).await
    }

    async fn run(&self, secret: &str, home: &Path) -> Outcome {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .current_dir(&self.dir)
            .env_clear()
            .env("PATH", env("PATH").unwrap_or_default())
            .env("HOME", home)
            .env("TOLLGATE_CLIENT_SECRET", secret);
        tokio::task::spawn_blocking(move || told(&mut command)).await.unwrap()
    }
}

fn prepare(language: &Language, program: &Path, dir: &Path, text: &str) -> Dish {
    std::fs::create_dir_all(dir.join("home")).unwrap();
    let file = dir.join(language.file);
    std::fs::write(&file, text).unwrap();
    let interpreted = |program: &Path| Dish {
        program: program.to_owned(),
        arguments: vec![language.file.to_owned()],
        dir: dir.to_owned(),
    };
    let compiled = |compiler: &mut Command, name: &str| {
        let made = told(compiler.current_dir(dir));
        assert!(made.ok, "{} does not compile: {}", language.file, made.said);
        Dish {
            program: dir.join(name),
            arguments: Vec::new(),
            dir: dir.to_owned(),
        }
    };
    match language.file {
        "call.sh" => interpreted(Path::new("sh")),
        "call.go" => {
            // go vet sees what the compiler lets through.
            let vetted = told(Command::new(program).args(["vet", language.file]).current_dir(dir));
            assert!(vetted.ok, "go vet: {}", vetted.said);
            let formatter = program.with_file_name("gofmt");
            if formatter.exists() {
                let odd = told(Command::new(formatter).args(["-d", language.file]).current_dir(dir));
                assert_eq!(odd.said, "", "gofmt");
            }
            compiled(
                Command::new(program).args(["build", "-o", "call-go", language.file]),
                "call-go",
            )
        }
        "call.rs" => {
            let mut rustc = Command::new(program);
            rustc.args(["--edition", "2024", "-D", "warnings", "-o", "call-rust", language.file]);
            rustc.args(crates());
            compiled(&mut rustc, "call-rust")
        }
        "Call.cs" => {
            let project = r#"<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType>
                <TargetFramework>net8.0</TargetFramework><Nullable>enable</Nullable></PropertyGroup></Project>"#;
            let folder = dir.join("csharp");
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("csharp.csproj"), project).unwrap();
            std::fs::write(folder.join(language.file), text).unwrap();
            let built = told(Command::new(program).args(["build", "-o", "out"]).current_dir(&folder));
            assert!(built.ok, "{} does not compile: {}", language.file, built.said);
            Dish {
                program: folder.join("out/csharp"),
                arguments: Vec::new(),
                dir: folder,
            }
        }
        _ => interpreted(program),
    }
}

/// The crates of the Rust recipe, as this package was built with them.
fn crates() -> &'static [String] {
    static CRATES: OnceLock<Vec<String>> = OnceLock::new();
    CRATES.get_or_init(|| {
        let deps = std::env::current_exe().unwrap().parent().unwrap().to_owned();
        let target = deps.parent().unwrap().parent().unwrap();
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--locked", "--package", "tollgate-tests", "--lib"])
            .args(["--message-format", "json", "--target-dir"])
            .arg(target)
            .current_dir(checkout())
            .output()
            .unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let lines = String::from_utf8(built.stdout).unwrap();
        let artifacts: Vec<serde_json::Value> = lines
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect();
        let mut arguments = vec!["-L".to_owned(), format!("dependency={}", deps.display())];
        for name in ["reqwest", "tokio", "serde_json"] {
            let file = artifacts
                .iter()
                .filter(|artifact| artifact["reason"] == "compiler-artifact" && artifact["target"]["name"] == name)
                .flat_map(|artifact| artifact["filenames"].as_array().unwrap())
                .filter_map(serde_json::Value::as_str)
                .find(|file| file.ends_with(".rlib"));
            let file = file.unwrap_or_else(|| panic!("{name} was not built"));
            arguments.extend(["--extern".to_owned(), format!("{name}={file}")]);
        }
        arguments
    })
}

/// Runs a command to its end.
pub(crate) fn told(command: &mut Command) -> Outcome {
    let output = command.output().unwrap_or_else(|e| panic!("{command:?}: {e}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Outcome {
        ok: output.status.success(),
        said: format!("{}{}", text(&output.stdout), text(&output.stderr)),
    }
}

/// The Python of this checkout, which has what `./test` installs, or the machine's.
pub(crate) fn python() -> Option<PathBuf> {
    let own = checkout().join(".tools/python/bin/python");
    if own.exists() { Some(own) } else { find("python3") }
}

/// A program in PATH.
fn find(name: &str) -> Option<PathBuf> {
    let path = env("PATH")?;
    std::env::split_paths(&path)
        .map(|dir| dir.join(name))
        .find(|file| file.is_file())
}

fn all() -> bool {
    env("TOLLGATE_RECIPES").is_some_and(|value| value == "all")
}

#[expect(clippy::disallowed_methods, reason = "a test finds the programs of the machine")]
fn env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
