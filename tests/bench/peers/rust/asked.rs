//! What the peers in Rust share: the users, the conditions, the clock, and the line of JSON that they say.
//!   PROGRAM CSV KINDS CONDITIONS USERS RUNS
use std::{env, fs, time::Instant};

pub enum Cell<'a> {
    Unknown,
    Bool(bool),
    Int(i64),
    Number(f64),
    Text(&'a str),
    Date(&'a str),
}

pub struct Asked {
    csv: String,
    kinds: Vec<(String, String)>,
    pub conditions: Vec<(String, String)>,
    pub users: usize,
    runs: usize,
}

pub fn asked() -> Asked {
    let words: Vec<String> = env::args().collect();
    let read = |path: &str| fs::read_to_string(path).expect(path);
    let pairs = |text: String, by: &str| -> Vec<(String, String)> {
        text.lines().filter_map(|line| line.split_once(by)).map(|(name, rest)| (name.into(), rest.into())).collect()
    };
    Asked {
        csv: read(&words[1]),
        kinds: pairs(read(&words[2]), " "),
        conditions: pairs(read(&words[3]), ": "),
        users: words[4].parse().unwrap(),
        runs: words[5].parse().unwrap(),
    }
}

impl Asked {
    /// Of each user each column.
    pub fn rows(&self) -> impl Iterator<Item = Vec<(&str, Cell<'_>)>> {
        self.csv.lines().skip(1).take(self.users).map(|line| {
            line.split(',')
                .zip(&self.kinds)
                .map(|(text, (name, kind))| {
                    let cell = match kind.split_whitespace().next().unwrap().trim_end_matches('?') {
                        _ if text.is_empty() => Cell::Unknown,
                        "bool" => Cell::Bool(text == "true"),
                        "int" => Cell::Int(text.parse().unwrap()),
                        "number" | "money" => Cell::Number(text.parse().unwrap()),
                        "date" => Cell::Date(text),
                        _ => Cell::Text(text),
                    };
                    (name.as_str(), cell)
                })
                .collect()
        })
    }

    /// `holds(condition, user)` for every user and every condition; the median is taken by who reads the line.
    pub fn measure(&self, engine: &str, version: &str, mut holds: impl FnMut(usize, usize) -> bool) {
        let mut counts = vec![0u64; self.conditions.len()];
        let mut seconds = Vec::new();
        for run in 0..=self.runs {
            counts.fill(0);
            let begin = Instant::now();
            for user in 0..self.users {
                for (condition, count) in counts.iter_mut().enumerate() {
                    *count += holds(condition, user) as u64;
                }
            }
            if run > 0 {
                seconds.push(begin.elapsed().as_secs_f64().to_string());
            }
        }
        let form = if counts.len() == 1 { "each" } else { "pass" };
        let counted: Vec<String> = self.conditions.iter().zip(counts).map(|((name, _), count)| format!("\"{name}\":{count}")).collect();
        println!(
            "{{\"engine\":\"{engine}\",\"version\":\"{version}\",\"form\":\"{form}\",\"rows\":{},\"counts\":{{{}}},\"seconds\":[{}]}}",
            self.users,
            counted.join(","),
            seconds.join(",")
        );
    }
}

/// The version pinned in a Cargo.toml, of a line `name = "=1.2.3"`.
pub fn pinned<'a>(manifest: &'a str, name: &str) -> &'a str {
    let line = manifest.lines().find(|line| line.starts_with(&format!("{name} = "))).unwrap();
    line.split('"').nth(1).unwrap().trim_start_matches('=')
}
