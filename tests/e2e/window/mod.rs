//! The product in its real windows: a real engine, a real Secret Service, a real platform, a real browser's steps.

mod arrivals;
mod axe;
mod connections;
mod consent;
mod cooperatives;
mod desktop;
mod developer;
mod driver;
mod frames;
mod hostile;
mod hostile_consent;
mod hostile_replay;
mod hostile_storage;
mod journey;
mod launcher;
mod mailbox;
mod notices;
mod pace;
mod person;
mod practice;
mod profile;
mod profiles;
mod rights;
mod second_factor;
mod session;
mod versions;
