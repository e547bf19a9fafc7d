//! Mail by SMTP (RFC 5321): one letter, one receiver, plain text.

mod letter;
mod settings;

pub use letter::Letter;
pub use settings::{BadMail, Security, Smtp};

use crate::Undelivered;
use crate::undelivered::{fit, reason};
use lettre::Message;
use lettre::message::Mailbox;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use std::fmt;
use std::time::Duration;
use zeroize::Zeroizing;

/// How long one attempt may take, from the connection to the server's word that it has the letter.
pub const TIMEOUT: Duration = Duration::from_secs(30);

/// How long the server may take to answer `QUIT`.
const FAREWELL: Duration = Duration::from_secs(1);

/// Sends letters through one mail server. Each letter has a connection of its own: letters are rare, and a
/// connection that waits is one that breaks.
pub struct Mailer {
    host: String,
    port: u16,
    way: Way,
    credentials: Option<(String, Zeroizing<String>)>,
    from: Mailbox,
    hello: ClientId,
}

/// How the connection is protected.
enum Way {
    Clear,
    StartTls(TlsParameters),
    Tls(TlsParameters),
}

impl Mailer {
    /// A mailer for the server that `smtp` names. Nothing is connected yet.
    ///
    /// # Errors
    /// [`BadMail`] names the setting that cannot be used.
    pub fn smtp(smtp: &Smtp) -> Result<Self, BadMail> {
        settings::check(smtp)?;
        let from = settings::sender(&smtp.from)?;
        let way = match smtp.security {
            Security::None => Way::Clear,
            Security::StartTls => Way::StartTls(settings::tls(smtp)?),
            Security::Tls => Way::Tls(settings::tls(smtp)?),
        };
        Ok(Self {
            host: smtp.host.clone(),
            port: smtp.port,
            way,
            credentials: smtp.username.clone().zip(smtp.password.clone()),
            hello: ClientId::Domain(from.email.domain().to_owned()),
            from,
        })
    }

    /// Hands one letter to the mail server. The same letter may be handed over again: it keeps its
    /// `Message-ID`.
    ///
    /// # Errors
    /// [`Undelivered::Later`] when there was no connection, no answer within [`TIMEOUT`], the server would not
    /// let us in, or it said so (4xx); [`Undelivered::Never`] when it refused this letter (5xx), or the letter
    /// cannot be written.
    pub async fn send(&self, letter: &Letter) -> Result<(), Undelivered> {
        let message = letter.written(&self.from)?;
        match tokio::time::timeout(TIMEOUT, self.hand_over(&message)).await {
            Ok(Ok(mut connection)) => {
                // The server has the letter: whatever comes of the farewell, it is not sent again.
                drop(tokio::time::timeout(FAREWELL, connection.abort()).await);
                Ok(())
            }
            Ok(Err(undelivered)) => Err(undelivered),
            Err(_) => Err(Undelivered::Later("the mail server did not answer in time".to_owned())),
        }
    }

    async fn hand_over(&self, message: &Message) -> Result<AsyncSmtpConnection, Undelivered> {
        // Whatever the server says before it knows of a letter, it does not say about the letter: our
        // settings may be wrong, and are put right.
        let mut connection = self
            .connect()
            .await
            .map_err(|error| Undelivered::Later(told("the mail server did not let us in", &error)))?;
        match connection.send(message.envelope(), &message.formatted()).await {
            Ok(_) => Ok(connection),
            // A client error is one of lettre's own: the server lacks SMTPUTF8, which this address needs.
            Err(error) if error.is_permanent() || error.is_client() => {
                Err(Undelivered::Never(told("the mail server refused the letter", &error)))
            }
            Err(error) => Err(Undelivered::Later(told(
                "the mail server did not take the letter",
                &error,
            ))),
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let at_once = match &self.way {
            Way::Tls(tls) => Some(tls.clone()),
            Way::Clear | Way::StartTls(_) => None,
        };
        let address = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(address, Some(TIMEOUT), &self.hello, at_once, None).await?;
        // RFC 3207 §6: a server that does not offer it is refused, or whoever stands between takes the offer away.
        if let Way::StartTls(tls) = &self.way {
            connection.starttls(tls.clone(), &self.hello).await?;
        }
        if let Some((username, password)) = &self.credentials {
            let credentials = Credentials::new(username.clone(), password.to_string());
            connection
                .auth(&[Mechanism::Plain, Mechanism::Login], &credentials)
                .await?;
        }
        Ok(connection)
    }
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mailer({}:{})", self.host, self.port)
    }
}

fn told(what: &str, error: &Error) -> String {
    match error.status() {
        Some(code) => fit(&format!("{what}: {code} {}", reason(error))),
        None => fit(&format!("{what}: {}", reason(error))),
    }
}
