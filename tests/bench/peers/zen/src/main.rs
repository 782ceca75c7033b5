//! GoRules ZEN, its expressions: compiled once; a user is an object with a field a column, a date its number of days since 1970.
#[path = "../../rust/asked.rs"]
mod asked;

use asked::Cell;
use serde_json::{json, Map, Value};
use zen_expression::variable::Variable;
use zen_expression::vm::VM;

fn days(date: &str) -> i64 {
    let date: chrono::NaiveDate = date.parse().unwrap();
    (date - chrono::NaiveDate::default()).num_days()
}

fn main() {
    let asked = asked::asked();
    let expressions: Vec<_> = asked.conditions.iter().map(|(name, text)| zen_expression::compile_expression(text).expect(name)).collect();
    let users: Vec<Variable> = asked
        .rows()
        .map(|row| {
            let fields: Map<String, Value> = row
                .into_iter()
                .map(|(name, cell)| {
                    let value = match cell {
                        Cell::Unknown => Value::Null,
                        Cell::Bool(value) => value.into(),
                        Cell::Int(value) => value.into(),
                        Cell::Number(value) => json!(value),
                        Cell::Text(value) => value.into(),
                        Cell::Date(value) => days(value).into(),
                    };
                    (name.to_string(), value)
                })
                .collect();
            Value::Object(fields).into()
        })
        .collect();
    let mut vm = VM::new();
    asked.measure("GoRules ZEN", asked::pinned(include_str!("../Cargo.toml"), "zen-expression"), |condition, user| {
        expressions[condition].evaluate_with(users[user].clone(), &mut vm).unwrap().as_bool() == Some(true)
    });
}
