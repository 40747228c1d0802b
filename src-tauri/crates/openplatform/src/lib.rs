//! openplatform
