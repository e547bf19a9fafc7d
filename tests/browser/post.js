// A mailbox and a webhook receiver, both of software that nobody here wrote, on loopback.

import { createServer } from 'node:http'
import { once, EventEmitter } from 'node:events'
import { SMTPServer } from 'smtp-server'
import { simpleParser } from 'mailparser'
import { Webhook } from 'standardwebhooks'

/** An SMTP server that keeps what it gets. */
export async function mailbox() {
  const heard = new EventEmitter()
  const mails = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, session, done) {
      simpleParser(stream).then((mail) => {
        mails.push({ to: session.envelope.rcptTo.map((one) => one.address), subject: mail.subject, text: mail.text })
        heard.emit('mail')
        done()
      }, done)
    },
  })
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    port: server.server.address().port,
    mails,
    /** The first mail to this address whose subject or text has `words`; waits for it. */
    async to(address, words, limit = 30_000) {
      const signal = AbortSignal.timeout(limit)
      for (;;) {
        const found = mails.find((mail) => mail.to.includes(address) && `${mail.subject}\n${mail.text}`.includes(words))
        if (found) return found
        await once(heard, 'mail', { signal })
      }
    },
    close: () => new Promise((closed) => server.close(closed)),
  }
}

/** A receiver of webhooks that answers as it is told to, and checks signatures with the published library. */
export async function receiver() {
  const heard = new EventEmitter()
  const messages = []
  let status = 204
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const piece of request.setEncoding('utf8')) body += piece
    messages.push({ headers: request.headers, body, path: request.url })
    response.writeHead(status).end()
    heard.emit('message')
  })
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    messages,
    answers: (code) => (status = code),
    /** The `n`th message (from 0); waits for it. */
    async message(n, limit = 30_000) {
      const signal = AbortSignal.timeout(limit)
      while (messages.length <= n) await once(heard, 'message', { signal })
      return messages[n]
    },
    /** What was sent, once its signature is found right. */
    verified: (message, key) => new Webhook(key).verify(message.body, message.headers),
    close: () => new Promise((closed) => server.close(closed)),
  }
}
