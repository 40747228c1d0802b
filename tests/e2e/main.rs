//! The product from outside: the terminal, damage, sudden ends, what lies on the disk, and the real window.

mod cli;
mod crash;
mod failures;
mod secrets;
mod serve;
mod support;
mod window;
