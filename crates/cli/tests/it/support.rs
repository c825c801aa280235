//! Running the program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What a command did.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    pub(crate) fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// Exit code, standard output and standard error in one text, with folders replaced.
    pub(crate) fn story(&self, folders: &[(&Path, &str)]) -> String {
        let mut story =
            format!("exit code: {}\n--- standard output\n{}--- standard error\n{}", self.code, self.out, self.err);
        for (folder, name) in folders {
            story = story.replace(&folder.display().to_string(), name);
        }
        story
    }

    #[track_caller]
    pub(crate) fn done(self) -> Self {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self
    }
}

/// Runs `candour` with these arguments.
pub(crate) fn candour<S: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = S>) -> Ran {
    Ran::of(&Command::new(env!("CARGO_BIN_EXE_candour")).args(args).output().unwrap())
}

pub(crate) fn repository() -> PathBuf {
    fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap()
}

/// A folder with a copy of the parking example, and the commands that use it.
pub(crate) struct Parking {
    pub(crate) folder: tempfile::TempDir,
}

impl Parking {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let example = repository().join("examples/parking-2023");
        fs::create_dir(folder.path().join("extract")).unwrap();
        for file in ["schema.toml", "response.toml", "cy.csv", "extract/notices.csv", "extract/appeals.csv"] {
            fs::copy(example.join(file), folder.path().join(file)).unwrap();
        }
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn change(self, file: &str, from: &str, to: &str) -> Self {
        let path = self.path(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "`{from}` is not in {file}");
        fs::write(path, text.replacen(from, to, 1)).unwrap();
        self
    }

    pub(crate) fn ingest(&self) -> Ran {
        self.ingest_as("Parking back office")
    }

    pub(crate) fn ingest_as(&self, source: &str) -> Ran {
        let arg = |name: &str| self.path(name).display().to_string();
        let (extract, store, schema) = (arg("extract"), arg("store"), arg("schema.toml"));
        candour([
            "ingest",
            &extract,
            "--store",
            &store,
            "--schema",
            &schema,
            "--source",
            source,
            "--as-at",
            "2024-02-12",
        ])
    }

    pub(crate) fn answer(&self, further: &[&str]) -> Ran {
        let arg = |name: &str| self.path(name).display().to_string();
        let (response, store) = (arg("response.toml"), arg("store"));
        candour(["answer", &response, "--store", &store].into_iter().chain(further.iter().copied()))
    }

    /// The story of a run, without the folder and without what differs from store to store.
    pub(crate) fn story(&self, ran: &Ran) -> String {
        ran.story(&[(self.folder.path(), "FOLDER")])
    }

    /// Lets somebody judge the small figures of the example.
    pub(crate) fn judged(self) -> Self {
        let path = self.path("response.toml");
        let mut text = fs::read_to_string(&path).unwrap();
        text.push_str(
            "\n[judgement]\nby = \"A. Approver\"\nrole = \"Head of Information\"\ndate = 2024-02-27\nfigures = 11\nlist = \"60ac4941\"\nliving = \
             \"yes\"\nidentifiable = \"no\"\nprinciple = \"none\"\nharm = \"none\"\nconclusion = \"publish\"\n",
        );
        fs::write(path, text).unwrap();
        self
    }
}

/// Every file below a folder, by its path in it.
pub(crate) fn files_below(folder: &Path) -> Vec<(String, Vec<u8>)> {
    fn walk(root: &Path, folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                found.push((path.strip_prefix(root).unwrap().display().to_string(), fs::read(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, folder, &mut found);
    found.sort();
    found
}
