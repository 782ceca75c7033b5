//! CEL in Rust: programs compiled once; a user is a context with a variable a column.
#[path = "../../rust/asked.rs"]
mod asked;

use asked::Cell;
use cel::objects::Value;
use cel::{Context, Env};
use std::sync::Arc;

fn main() {
    let asked = asked::asked();
    let env = Arc::new(Env::stdlib());
    let programs: Vec<_> = asked.conditions.iter().map(|(name, text)| env.compile(text).expect(name)).collect();
    let users: Vec<Context> = asked
        .rows()
        .map(|row| {
            let mut user = Context::with_env(Arc::clone(&env));
            for (name, cell) in row {
                let value: Value = match cell {
                    Cell::Unknown => Value::Null,
                    Cell::Bool(value) => value.into(),
                    Cell::Int(value) => value.into(),
                    Cell::Number(value) => value.into(),
                    Cell::Text(value) | Cell::Date(value) => value.into(),
                };
                user.add_variable_from_value(name, value);
            }
            user
        })
        .collect();
    asked.measure("CEL, cel-rust", asked::pinned(include_str!("../Cargo.toml"), "cel"), |condition, user| {
        programs[condition].execute(&users[user]).unwrap() == Value::Bool(true)
    });
}
