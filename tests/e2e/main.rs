//! Satchel as people use it: from the terminal, in the window, and when something goes wrong.

mod window;
