//! Cooperatives: peers, transfers to them, and what they send.
