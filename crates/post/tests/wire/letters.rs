//! A mail server of a few lines, and what it hears.

use std::net::SocketAddr;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tollgate_post::Undelivered;
use tollgate_post::mail::{Letter, Mailer, Security, Smtp};
use zeroize::Zeroizing;

const PASSWORD: &str = "canary-password";

/// What the server says to a line, where it is not the usual.
pub(crate) type Says = fn(&str) -> Option<&'static str>;

pub(crate) fn as_usual(_: &str) -> Option<&'static str> {
    None
}

/// One conversation. Gives back every line it heard; those of the letter follow `DATA`.
pub(crate) async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin, says: Says) -> Vec<String> {
    let mut stream = BufReader::new(stream);
    let mut heard = Vec::new();
    let mut say = says("").unwrap_or("220 mail.vendor.example ESMTP\r\n");
    let mut in_letter = false;
    loop {
        if stream.write_all(say.as_bytes()).await.is_err() || stream.flush().await.is_err() {
            return heard;
        }
        let mut line = String::new();
        if !matches!(stream.read_line(&mut line).await, Ok(1..)) {
            return heard;
        }
        let line = line.trim_end_matches("\r\n").to_owned();
        let usual = match (in_letter, line.as_str()) {
            (true, ".") => {
                in_letter = false;
                "250 2.0.0 taken\r\n"
            }
            (true, _) => "",
            (false, line) if line.starts_with("EHLO") => {
                "250-hello\r\n250-AUTH PLAIN\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
            }
            (false, line) if line.starts_with("AUTH") => "235 2.7.0 in\r\n",
            (false, "DATA") => "354 go on\r\n",
            (false, "QUIT") if says("QUIT").is_none() => {
                heard.push(line);
                return heard;
            }
            _ => "250 2.1.0 fine\r\n",
        };
        say = says(&line).filter(|_| !in_letter).unwrap_or(usual);
        in_letter |= say.starts_with("354");
        heard.push(line);
    }
}

async fn server(says: Says) -> (SocketAddr, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let heard = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        converse(stream, says).await
    });
    (address, heard)
}

pub(crate) fn smtp(address: SocketAddr) -> Smtp {
    Smtp {
        host: address.ip().to_string(),
        port: address.port(),
        security: Security::None,
        username: None,
        password: None,
        from: "Vendor <no-reply@vendor.example>".to_owned(),
        roots: Vec::new(),
    }
}

pub(crate) fn letter() -> Letter {
    Letter {
        to: "Tax Desk <desk@firm.example>".to_owned(),
        subject: "A new password".to_owned(),
        text: "Follow the link:\n.\nhttps://console.vendor.example/\n".to_owned(),
        id: "ltr_1".to_owned(),
    }
}

async fn send(says: Says, letter: &Letter) -> (Result<(), Undelivered>, Vec<String>) {
    let (address, heard) = server(says).await;
    let sent = Mailer::smtp(&smtp(address)).unwrap().send(letter).await;
    (sent, heard.await.unwrap())
}

#[tokio::test]
async fn a_letter_is_handed_over_whole() {
    let (sent, heard) = send(as_usual, &letter()).await;
    assert_eq!(sent, Ok(()));
    assert_eq!(heard[0], "EHLO vendor.example");
    assert_eq!(heard[1], "MAIL FROM:<no-reply@vendor.example>");
    assert_eq!(heard[2], "RCPT TO:<desk@firm.example>");
    assert_eq!(heard[3], "DATA");
    for line in [
        "Message-ID: <ltr_1@vendor.example>",
        "Auto-Submitted: auto-generated",
        "Subject: A new password",
    ] {
        assert!(heard.iter().any(|said| said == line), "{line} in {heard:#?}");
    }
    // RFC 5321 §4.5.2: a line of the text that is a dot does not end the letter.
    let text = heard.iter().position(|line| line == "Follow the link:").unwrap();
    assert_eq!(heard[text + 1], "..");
    assert_eq!(heard.last().unwrap(), "QUIT");
}

#[tokio::test]
async fn names_and_subjects_of_any_script_arrive_encoded() {
    let letter = Letter {
        to: "Büro Süd 😀 <buero@firm.example>".to_owned(),
        subject: "Ihr Schlüssel läuft ab — יום טוב".to_owned(),
        text: "Grüße\n".to_owned(),
        ..letter()
    };
    let (sent, heard) = send(as_usual, &letter).await;
    assert_eq!(sent, Ok(()));
    assert!(heard.contains(&"RCPT TO:<buero@firm.example>".to_owned()));
    let end = heard.iter().skip(4).position(String::is_empty).unwrap() + 4;
    assert!(heard[4..end].iter().all(|line| line.is_ascii()), "{heard:#?}");
    assert!(
        heard.iter().any(|line| line.starts_with("Subject: Ihr =?utf-8?")),
        "{heard:#?}"
    );
    assert!(heard.iter().any(|line| line.starts_with("To: =?utf-8?")), "{heard:#?}");
}

#[tokio::test]
async fn what_the_server_says_for_good_is_never_and_else_later() {
    let cases: [(Says, bool); 9] = [
        (|line| line.starts_with("MAIL").then_some("550 5.7.1 not you\r\n"), true),
        (
            |line| line.starts_with("RCPT").then_some("550 5.1.1 nobody here\r\n"),
            true,
        ),
        (|line| line.starts_with("DATA").then_some("554 5.6.0 no\r\n"), true),
        (
            |line| line.starts_with("RCPT").then_some("450 4.2.0 greylisted\r\n"),
            false,
        ),
        (
            |line| line.starts_with("MAIL").then_some("421 4.3.2 going down\r\n"),
            false,
        ),
        (|line| line.starts_with("RCPT").then_some("what?\r\n"), false),
        // Before the letter is known: no word about the letter.
        (|line| line.is_empty().then_some("554 5.3.2 not today\r\n"), false),
        (
            |line| line.starts_with("EHLO").then_some("550 5.7.1 who are you\r\n"),
            false,
        ),
        (
            |line| line.starts_with("EHLO").then_some("421 4.7.0 slow down\r\n"),
            false,
        ),
    ];
    for (number, (says, never)) in cases.into_iter().enumerate() {
        let (sent, _) = send(says, &letter()).await;
        match sent {
            Err(Undelivered::Never(_)) if never => {}
            Err(Undelivered::Later(_)) if !never => {}
            other => panic!("case {number}: {other:?}"),
        }
    }
}

/// OP5: a filter that quotes the link back does not put it into our log.
#[tokio::test]
async fn a_refusal_is_told_without_what_it_quotes() {
    let says: Says = |line| {
        let quoting =
            "554 5.7.1 blocked: https://console.vendor.example/in#tgl_0123456789012345678901234567890123456789\r\n";
        line.starts_with("RCPT").then_some(quoting)
    };
    let (sent, _) = send(says, &letter()).await;
    let Err(Undelivered::Never(text)) = sent else {
        panic!("{sent:?}")
    };
    assert!(text.contains("554") && text.contains("5.7.1 blocked:"), "{text}");
    assert!(!text.contains("tgl_"), "{text}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_tried_later() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let sent = Mailer::smtp(&smtp(address)).unwrap().send(&letter()).await;
    assert!(matches!(sent, Err(Undelivered::Later(_))), "{sent:?}");
}

/// The clock is the test's own and runs ahead as soon as nothing else happens.
#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing_is_tried_later() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let sent = Mailer::smtp(&smtp(listener.local_addr().unwrap()))
        .unwrap()
        .send(&letter())
        .await;
    assert!(matches!(sent, Err(Undelivered::Later(_))), "{sent:?}");
}

/// The letter is taken; a farewell that nobody answers must not have it sent again.
#[tokio::test]
async fn a_letter_is_sent_although_the_farewell_is_not_answered() {
    let (sent, heard) = send(|line| (line == "QUIT").then_some(""), &letter()).await;
    assert_eq!(sent, Ok(()));
    assert_eq!(heard.last().unwrap(), "QUIT");
}

#[tokio::test]
async fn a_mailer_signs_in_and_a_wrong_password_loses_no_letter() {
    let sign_in = |address| {
        let settings = Smtp {
            username: Some("tollgate".to_owned()),
            password: Some(Zeroizing::new(PASSWORD.to_owned())),
            ..smtp(address)
        };
        Mailer::smtp(&settings).unwrap()
    };
    let (address, heard) = server(as_usual).await;
    assert_eq!(sign_in(address).send(&letter()).await, Ok(()));
    // RFC 4616: nothing, name and password, with zero bytes between.
    assert_eq!(
        heard.await.unwrap()[1],
        "AUTH PLAIN AHRvbGxnYXRlAGNhbmFyeS1wYXNzd29yZA=="
    );

    let (address, heard) = server(|line| line.starts_with("AUTH").then_some("535 5.7.8 wrong\r\n")).await;
    let mailer = sign_in(address);
    let sent = mailer.send(&letter()).await;
    drop(heard);
    assert!(
        matches!(&sent, Err(Undelivered::Later(text)) if text.contains("535")),
        "{sent:?}"
    );
    assert!(!format!("{mailer:?} {sent:?}").contains(PASSWORD));
}

/// RFC 3207 §6: whoever takes the offer of TLS away gets no letter, and no password.
#[tokio::test]
async fn a_server_without_starttls_hears_neither_letter_nor_password() {
    let (address, heard) = server(as_usual).await;
    let settings = Smtp {
        security: Security::StartTls,
        username: Some("tollgate".to_owned()),
        password: Some(Zeroizing::new(PASSWORD.to_owned())),
        ..smtp(address)
    };
    let sent = Mailer::smtp(&settings).unwrap().send(&letter()).await;
    assert!(matches!(sent, Err(Undelivered::Later(_))), "{sent:?}");
    let heard = heard.await.unwrap();
    assert_eq!(heard, ["EHLO vendor.example"]);
}

#[tokio::test]
async fn a_letter_that_cannot_be_written_opens_no_connection() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let mailer = Mailer::smtp(&smtp(listener.local_addr().unwrap())).unwrap();
    let nobody = Letter {
        to: "desk@firm.example\r\nRCPT TO:<else@other.example>".to_owned(),
        ..letter()
    };
    assert!(matches!(mailer.send(&nobody).await, Err(Undelivered::Never(_))));
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}
