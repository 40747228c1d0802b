//! Compression, lock and target on a thread of their own, so that the entries are made meanwhile.

use std::io::{self, Write};
use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Bytes given over at a time.
const BLOCK: usize = 256 << 10;
/// Blocks that may wait, so that memory stays small when the target is slower than the entries.
const WAITING: usize = 8;

enum Message {
    Block(Vec<u8>),
    /// Everything was given over. Without it the target is left unfinished.
    End,
}

/// Writes to `target` what `job` writes, on another thread, and gives it to `finish` after the last byte.
///
/// # Errors
/// What `job` says; the error of the target comes first, because whatever `job` says then only follows from it.
pub(crate) fn write_apart<T, W, E>(
    target: W,
    finish: impl FnOnce(W) -> io::Result<()> + Send,
    job: impl FnOnce(&mut Blocks) -> Result<T, E>,
    of_target: impl Fn(io::Error) -> E,
) -> Result<T, E>
where
    W: Write + Send,
{
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(WAITING);
        let writer = thread::Builder::new()
            .name("backpack-write".to_owned())
            .spawn_scoped(scope, move || write_all(target, &receiver, finish))
            .map_err(&of_target)?;
        let mut blocks = Blocks {
            sender,
            block: Vec::with_capacity(BLOCK),
        };
        let outcome = job(&mut blocks).and_then(|value| {
            blocks.end().map_err(&of_target)?;
            Ok(value)
        });
        drop(blocks);
        match writer.join() {
            Ok(Ok(())) => outcome,
            Ok(Err(error)) => Err(of_target(error)),
            Err(panic) => resume_unwind(panic),
        }
    })
}

fn write_all<W: Write>(
    mut target: W,
    receiver: &Receiver<Message>,
    finish: impl FnOnce(W) -> io::Result<()>,
) -> io::Result<()> {
    for message in receiver {
        match message {
            Message::Block(block) => target.write_all(&block)?,
            Message::End => return finish(target),
        }
    }
    Ok(())
}

/// Gathers bytes into blocks and gives them over.
pub(crate) struct Blocks {
    sender: SyncSender<Message>,
    block: Vec<u8>,
}

impl Blocks {
    fn give(&mut self) -> io::Result<()> {
        let block = std::mem::replace(&mut self.block, Vec::with_capacity(BLOCK));
        self.send(Message::Block(block))
    }

    fn end(&mut self) -> io::Result<()> {
        self.give()?;
        self.send(Message::End)
    }

    fn send(&self, message: Message) -> io::Result<()> {
        self.sender
            .send(message)
            .map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl Write for Blocks {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        if self.block.len() + buf.len() > BLOCK && !self.block.is_empty() {
            self.give()?;
        }
        self.block.extend_from_slice(buf);
        Ok(buf.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(
        target: impl Write + Send,
        job: impl FnOnce(&mut Blocks) -> io::Result<()>,
    ) -> (io::Result<()>, bool) {
        let mut finished = false;
        let finish = |_| {
            finished = true;
            Ok(())
        };
        let outcome = write_apart(target, finish, job, |error| error);
        (outcome, finished)
    }

    #[test]
    fn everything_arrives_in_order() {
        let mut out = Vec::new();
        let all: Vec<u8> = (0..3 * BLOCK).map(|at| u8::try_from(at % 251).unwrap()).collect();
        let (outcome, finished) = run(&mut out, |blocks| {
            all.chunks(1000).try_for_each(|piece| blocks.write_all(piece))
        });
        assert!(outcome.is_ok() && finished);
        assert_eq!(out, all);
    }

    #[test]
    fn a_job_that_fails_leaves_the_target_unfinished() {
        let (outcome, finished) = run(Vec::new(), |blocks| {
            blocks.write_all(b"x")?;
            Err(io::ErrorKind::Interrupted.into())
        });
        assert_eq!(outcome.unwrap_err().kind(), io::ErrorKind::Interrupted);
        assert!(!finished);
    }

    #[test]
    fn the_error_of_the_target_is_told() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let (outcome, finished) = run(Full, |blocks| {
            (0..100).try_for_each(|_| blocks.write_all(&[0; BLOCK]))
        });
        assert_eq!(outcome.unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert!(!finished);
    }
}
