mod incoming;
mod kit;
mod peers;
mod transfers;
