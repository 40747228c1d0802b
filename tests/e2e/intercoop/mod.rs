//! Intercoop against upstream's own library: what this vault writes it reads, what it sends is taken, and what it refuses is told.

mod receiving;
mod refusals;
mod sending;
mod target;
mod written;

/// What the person has typed.
const PERSONA: [(&str, &str); 11] = [
    ("first_name", "Mariona"),
    ("last_name", "Núñez Ferrer"),
    ("tax_id", "12345678Z"),
    ("address", "C/ de l'Àngel, 3: 2n 1a"),
    ("city", "Barcelona"),
    ("state", "Barcelona"),
    ("zip_code", "08001"),
    ("country", "ES"),
    ("email", "mariona@example.coop"),
    ("phone", "+34600000000"),
    ("language", "ca"),
];

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}
