//! How data comes in: OAuth 2.0 connections and their fetches, and what is read from the network before a person decides on it.

pub mod http;
pub mod oauth;
