//! The Gigdata face as a consumer app and the person's browser meet it.

mod answers;
mod attacks;
mod email;
mod kit;
mod messages;
mod projects;
mod receiver;
