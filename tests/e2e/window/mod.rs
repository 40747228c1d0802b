//! The main job in the real window: a real engine, a real Secret Service, a real platform, a real browser's steps.

mod desktop;
mod driver;
mod journey;
