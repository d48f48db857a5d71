//! A small HTTP server that misbehaves as told.

use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What the server does with one request.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// Sends the content, or the part that is asked for.
    Ranges(Vec<u8>),
    /// Sends the whole content, whatever part is asked for.
    Whole(Vec<u8>),
    /// Announces the whole content and closes after that many bytes of what is asked for.
    Truncated(Vec<u8>, usize),
    /// Sends these bytes without a length, and closes.
    Unmeasured(Vec<u8>),
    /// Answers a request for a part with the bytes from the first one on, under status 206.
    OtherPart(Vec<u8>),
    /// A status line without content.
    Status(&'static str),
    /// Redirects to another path of this server.
    Redirect(&'static str),
    /// Announces content, sends that many bytes and then nothing, until the client gives up.
    Silent(Vec<u8>, usize),
    /// Closes the connection without an answer.
    Hangup,
}

/// Serves one answer per request, in order; requests beyond them get status 500.
pub(crate) struct Server {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) fn new(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let log = requests.clone();
        thread::spawn(move || {
            let mut answers = answers.into_iter();
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let Some((path, from)) = read_request(&stream) else {
                    continue;
                };
                log.lock().unwrap().push(match from {
                    Some(from) => format!("{path} from {from}"),
                    None => path,
                });
                let answer = answers
                    .next()
                    .unwrap_or(Answer::Status("500 Out Of Answers"));
                // The client may be gone already, which is its good right.
                let _ = respond(&mut stream, answer, from);
            }
        });
        Self { address, requests }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    /// Paths asked for, with the first byte where a part was asked for.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn read_request(stream: &TcpStream) -> Option<(String, Option<usize>)> {
    let mut lines = BufReader::new(stream).lines();
    let path = lines.next()?.ok()?.split(' ').nth(1)?.to_owned();
    let mut from = None;
    for line in lines {
        let line = line.ok()?.to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(range) = line.strip_prefix("range: bytes=") {
            from = range.trim_end_matches('-').parse().ok();
        }
    }
    Some((path, from))
}

fn respond(stream: &mut TcpStream, answer: Answer, from: Option<usize>) -> std::io::Result<()> {
    let from = from.unwrap_or(0);
    let ok = |length: usize| format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n");
    let partial = |content: &[u8], from: usize| {
        let (last, total) = (content.len() - 1, content.len());
        format!(
            "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {from}-{last}/{total}\r\nContent-Length: {}\r\n",
            total - from
        )
    };
    let head = |content: &[u8]| match from {
        0 => ok(content.len()),
        from => partial(content, from),
    };
    let (head, body) = match &answer {
        Answer::Ranges(content) if from >= content.len() => (
            "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n".into(),
            &[][..],
        ),
        Answer::Ranges(content) => (head(content), &content[from..]),
        Answer::Whole(content) => (ok(content.len()), &content[..]),
        Answer::Truncated(content, sent) | Answer::Silent(content, sent) => {
            (head(content), &content[from..from + sent])
        }
        Answer::Unmeasured(content) => ("HTTP/1.1 200 OK\r\n".into(), &content[..]),
        Answer::OtherPart(content) => (partial(content, 0), &content[..]),
        Answer::Status(status) => (
            format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n"),
            &[][..],
        ),
        Answer::Redirect(path) => {
            let head = format!("HTTP/1.1 302 Found\r\nLocation: {path}\r\nContent-Length: 0\r\n");
            (head, &[][..])
        }
        Answer::Hangup => return stream.shutdown(Shutdown::Both),
    };
    stream.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes())?;
    stream.write_all(body)?;
    if let Answer::Silent(..) = answer {
        // Returns when the client closes the connection.
        std::io::copy(&mut &*stream, &mut std::io::sink())?;
    }
    stream.shutdown(Shutdown::Write)
}
