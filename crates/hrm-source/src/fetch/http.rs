//! One request to a server.

use super::Transfer;
use crate::{SourceError, Url};
use std::io::Read;
use std::time::Duration;
use ureq::http::StatusCode;
use ureq::{Agent, Error, Proxy};

/// How long a server may take to accept a connection or to start an answer.
const ANSWER_WAIT_MAX: Duration = Duration::from_secs(30);

/// Asks servers for files. Follows redirects, never from HTTPS to HTTP.
pub(super) struct Client {
    agent: Agent,
    proxy: Option<Proxy>,
}

/// What a server sends.
pub(super) enum Reply {
    /// The bytes from this one on.
    Body { from: u64, reader: Box<dyn Read> },
    /// There are no bytes from the one on that was asked for.
    NothingLeft,
    /// Other bytes than those that were asked for.
    OtherPart,
}

/// Why a download failed.
pub(super) enum Fault {
    /// Another attempt may succeed.
    Transient(String),
    /// No attempt can succeed.
    Permanent(String),
    /// It is this machine's fault.
    Local(SourceError),
}

impl Client {
    pub(super) fn new(transfer: &Transfer<'_>) -> Result<Self, SourceError> {
        let proxy = transfer.proxy.map(|proxy| {
            Proxy::new(proxy).map_err(|error| SourceError::Proxy {
                proxy: proxy.into(),
                reason: error.to_string(),
            })
        });
        let config = Agent::config_builder()
            .user_agent(concat!("hrm/", env!("CARGO_PKG_VERSION")))
            .http_status_as_error(false)
            .timeout_connect(Some(ANSWER_WAIT_MAX))
            .timeout_recv_response(Some(ANSWER_WAIT_MAX))
            .timeout_per_read(Some(transfer.silence_max));
        Ok(Self {
            agent: config.build().into(),
            proxy: proxy.transpose()?,
        })
    }

    /// Asks for the bytes from `from` on.
    pub(super) fn get(&self, url: &Url, from: u64) -> Result<Reply, Fault> {
        let proxy = self.proxy.clone().filter(|_| !url.is_loopback());
        let mut request = self.agent.get(url.as_str());
        if from > 0 {
            request = request.header("Range", format!("bytes={from}-"));
        }
        let request = request
            .config()
            .https_only(!url.is_loopback())
            .proxy(proxy)
            .build();
        let response = request.call().map_err(fault)?;
        let range = response.headers().get("Content-Range");
        let is_next = range
            .and_then(|range| range.to_str().ok())
            .is_some_and(|range| range.starts_with(&format!("bytes {from}-")));
        let status = response.status();
        let reader = Box::new(response.into_body().into_reader());
        match status {
            StatusCode::OK => Ok(Reply::Body { from: 0, reader }),
            StatusCode::PARTIAL_CONTENT if is_next => Ok(Reply::Body { from, reader }),
            StatusCode::PARTIAL_CONTENT => Ok(Reply::OtherPart),
            StatusCode::RANGE_NOT_SATISFIABLE if from > 0 => Ok(Reply::NothingLeft),
            _ => Err(status_fault(status)),
        }
    }
}

fn status_fault(status: StatusCode) -> Fault {
    let reason = format!("the server answers {status}");
    let is_transient = status.is_server_error()
        || status == StatusCode::TOO_MANY_REQUESTS
        || status == StatusCode::REQUEST_TIMEOUT;
    if is_transient {
        return Fault::Transient(reason);
    }
    Fault::Permanent(reason)
}

fn fault(error: Error) -> Fault {
    match error {
        Error::HostNotFound => Fault::Transient(
            "its host is not found; is this machine connected to the network?".into(),
        ),
        Error::Io(_) | Error::Timeout(_) | Error::ConnectionFailed | Error::Protocol(_) => {
            Fault::Transient(error.to_string())
        }
        _ => Fault::Permanent(error.to_string()),
    }
}
