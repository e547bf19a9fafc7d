# Deutsch

sign-in-title = Anmelden
sign-in-lead = weiter zu { $application }
email = E-Mail-Adresse
password = Passwort
sign-in-button = Anmelden
cancel = Abbrechen
forgot = Passwort vergessen?
sign-up-ask = Neu hier?
sign-up-link = Zugang anlegen
or = oder
connection-button = Weiter mit { $connection }
wrong = Diese E-Mail-Adresse und dieses Passwort passen nicht zusammen.
too-many = Es gab zu viele falsche Versuche. Bitte warten Sie { $span } und versuchen Sie es dann noch einmal.
changed = Inzwischen hat sich etwas geändert, deshalb wurde nichts getan. Bitte sehen Sie es sich an und versuchen Sie es noch einmal.

second-title = Noch ein Schritt
second-lead = Sie melden sich als { $person } an.
otp = Code aus Ihrer App
otp-hint = Sechs Ziffern. Alle 30 Sekunden erscheint ein neuer Code.
otp-wrong = Dieser Code stimmt nicht oder wurde schon benutzt.
recovery = Wiederherstellungscode
recovery-hint = Einer der Codes, die Sie beim Einrichten Ihrer App aufgeschrieben haben. Jeder gilt einmal.
recovery-link = Kein Telefon zur Hand? Wiederherstellungscode benutzen
otp-link = Code aus der App benutzen
go-on = Weiter
somebody-else = Als jemand anderes anmelden

account-title = Konto wählen
account-lead = weiter zu { $application }
account-stay = Weiter als { $person }
account-other = Anderes Konto benutzen

consent-title = Zugriff erlauben?
consent-lead = { $application } von { $owner } möchte für Sie handeln.
consent-api = Ruft für Sie auf
consent-host = Führt zurück zu
consent-environment = Umgebung
environment-test = Test
consent-permissions = Die Anwendung könnte dann
permission-new = Neu
permission-new-note = Was mit „{ permission-new }“ gekennzeichnet ist, wird zum ersten Mal erbeten; dem Übrigen haben Sie schon zugestimmt.
consent-lasts = Wie lange
lasts-span = { $span }, wenn Sie nicht erneut zustimmen
lasts-open = Bis es zurückgenommen wird
consent-own = Sie können das jederzeit auf Ihrer Profilseite zurücknehmen.
consent-ask = Um es zurückzunehmen, wenden Sie sich an { $vendor }.
approve = Erlauben
deny = Nicht erlauben
consent-person = Sie sind als { $person } angemeldet.
not-you = Sind Sie das nicht?

scope-openid = Wissen, dass Sie es sind
scope-profile = Ihr Profil sehen: Name, Bild, Geburtstag, Sprache und dergleichen
scope-email = Ihre E-Mail-Adresse sehen
scope-address = Ihre Postanschrift sehen
scope-phone = Ihre Telefonnummer sehen
scope-offline = Verbunden bleiben, während Sie nicht da sind
scope-other = „{ $scope }“ nutzen

test-title = Testverbindung
test-lead = Diese Seite steht für { $connection }. Wer auf die Schaltfläche drückt, gilt als dort gewesen.
test-button = Ich war dort

join-title = Zugang anlegen
join-lead = Wir schicken einen Link an Ihre Adresse. Dort wählen Sie Ihr Passwort.
name = Ihr Name
join-button = Link schicken
join-have = Haben Sie schon einen Zugang?
invalid = Das kann nicht benutzt werden. Bitte prüfen Sie es.
mail-title = Sehen Sie in Ihre E-Mail
mail-words = Wenn alles stimmt, ist eine E-Mail mit einem Link zu Ihnen unterwegs. Öffnen Sie den Link in diesem Browser.

missing = Bitte füllen Sie das aus.
look-again = Es wurde noch nichts gespeichert. Bitte sehen Sie sich das noch einmal an:
not-done = Das ist nicht möglich.
password-refused = Dieses Passwort kann nicht gewählt werden: Es ist zu kurz oder zu lang, aus einem Datenleck bekannt oder leicht zu erraten.

forgot-lead = Nennen Sie uns Ihre E-Mail-Adresse, und wir schicken Ihnen einen Link, mit dem Sie ein neues wählen.
forgot-button = Link schicken
sign-in-back = Zurück zur Anmeldung
sent-words = Wenn wir für diese Adresse etwas tun können, ist eine E-Mail mit einem Link dorthin unterwegs. Sie sollte in wenigen Minuten da sein.
sent-hint = Nichts angekommen? Sehen Sie im Spam-Ordner nach und prüfen Sie, ob Sie die Adresse eingegeben haben, die Sie hier benutzen. Aus gutem Grund sagen wir hier nicht, welche Adressen wir kennen.

open-title = Konto eröffnen
open-lead = Zum Testen, sofort. Sie bekommen ein eigenes Konto mit eigenen Zugangsdaten.
open-email-hint = Wir schicken einen Link dorthin. Dort wählen Sie Ihr Passwort.
open-firm = Name Ihrer Firma
open-have = Haben Sie schon ein Konto?

welcome-title = Willkommen
code = Code aus dem Link
code-hint = Er steht in dem Link, den Sie bekommen haben, hinter dem # und beginnt mit tgl_.
code-none = Kein Link?
dead-title = Dieser Link gilt nicht
dead-words = Er wurde schon benutzt, seither wurde ein neuerer verschickt, oder er ist zu alt. Links aus unseren E-Mails gelten einmal und für begrenzte Zeit.
dead-forgot = Haben Sie Ihr Passwort vergessen?
dead-forgot-link = Neuen Link anfordern
dead-open = Wollten Sie ein Konto eröffnen?
dead-open-link = Von vorn beginnen
dead-other = Haben Sie einen anderen Link?
dead-other-link = Seinen Code eingeben
dead-invited = Wurden Sie eingeladen? Bitten Sie darum, dass man Ihnen die Einladung noch einmal schickt.

invited-lead = Sie sind zu { $place } eingeladen. Wählen Sie ein Passwort, um hereinzukommen.
invited-many = Sie sind zu { $count } Konten eingeladen. Wählen Sie ein Passwort, um hereinzukommen.
invited-button = Zum ersten Mal anmelden
opening-title = Ihr Konto eröffnen
opening-lead = Wählen Sie ein Passwort, und das Konto gehört Ihnen.
opening-button = Konto eröffnen
joining-title = Passwort wählen
joining-lead = Danach melden Sie sich bei { $vendor } mit Ihrer Adresse und diesem Passwort an.
reset-title = Neues Passwort wählen
reset-lead = Wer unter Ihrem Namen angemeldet ist, wird dadurch überall abgemeldet.
reset-button = Neues Passwort setzen
first-title = Die erste Person im Betrieb werden
first-lead = Noch betreibt niemand { $vendor }. Alle anderen laden Sie später am Betriebspult ein.
first-email = Ihre E-Mail-Adresse
first-email-hint = Mit ihr melden Sie sich an.
first-button = Beginnen
address-title = Neue Adresse bestätigen
address-lead = Von nun an melden Sie sich mit { $email } an, und E-Mails gehen dorthin.
address-door = Melden Sie sich zuerst mit Ihrer bisherigen Adresse an. Wenn Sie das nicht angefordert haben, schließen Sie diese Seite: Es ändert sich nichts.
address-button = Adresse bestätigen
new-password = Neues Passwort
password-rules = Mindestens 8 Zeichen; ein paar schlichte Wörter sind besser als ein seltsames. Leerzeichen und alle anderen Zeichen sind erlaubt. Passwörter, die aus Datenlecks bekannt sind oder aus Ihrem Namen oder Ihrer Adresse bestehen, werden abgelehnt.

leave-title = Einen Augenblick
leave-words = Sie werden zu { $host } zurückgebracht.
leave-onward = Es geht weiter zu { $connection }.
leave-button = Weiter

logout-title = Abmelden?
logout-words = Möchten Sie sich bei { $vendor } abmelden?
logout-client = { $application } möchte Sie bei { $vendor } abmelden.
logout-button = Abmelden
logout-stay = Angemeldet bleiben
gone-title = Sie sind abgemeldet
gone-words = Sie sind bei { $vendor } abgemeldet. Sie können diese Seite schließen.
gone-telling = Ihre Anwendungen werden benachrichtigt.
gone-link = Weiter
gone-frame = Abmeldung an anderer Stelle

refused-title = Diese Anmeldung kann nicht weitergehen
refused-client = Die Anwendung, die Sie hierher geschickt hat, ist nicht bekannt. Sie wurden bei ihr nicht angemeldet.
refused-redirect = Die Anwendung, die Sie hierher geschickt hat, nannte eine Adresse, die für sie nicht hinterlegt ist. Damit nichts über Sie in falsche Hände gerät, bleiben Sie hier.
refused-other = Die Anwendung, die Sie hierher geschickt hat, verlangt etwas, das nicht möglich ist.
refused-back = Gehen Sie zur Anwendung zurück und versuchen Sie es noch einmal. Wenn es wieder geschieht, sagen Sie es denen, die sie betreiben.
refused-developer = Für Entwickler
refused-request = Anfrage
over-title = Diese Anmeldung ist vorbei
over-words = Sie hat zu lange gedauert, wurde schon abgeschlossen oder in einem anderen Browser begonnen. Gehen Sie zur Anwendung zurück und beginnen Sie von vorn.
stale-title = Diese Seite ist veraltet
stale-words = Sie wurde geöffnet, bevor sich etwas geändert hat, deshalb wurde nichts getan. Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch einmal.
fault-title = Bei uns ist etwas schiefgegangen
fault-words = Vielleicht ist es gleich vorbei. Bitte versuchen Sie es noch einmal. Wenn es wieder geschieht, nennen Sie den Betreibern diese Anfrage.
provider-title = Das hat nicht geklappt
provider-words = { $connection } ist gerade nicht erreichbar, oder der Antwort ist nicht zu trauen. Bitte versuchen Sie es noch einmal oder melden Sie sich anders an.
provider-unknown = { $connection } kennt Sie, aber hier gehört dazu niemand, der sich anmelden darf. Bitte melden Sie sich anders an oder fragen Sie die Betreiber.
begin-anew = Zurück zur Anmeldung

span-days = { $count ->
    [one] { $count } Tag
   *[other] { $count } Tage
}
span-hours = { $count ->
    [one] { $count } Stunde
   *[other] { $count } Stunden
}
span-minutes = { $count ->
    [one] { $count } Minute
   *[other] { $count } Minuten
}
span-seconds = { $count ->
    [one] { $count } Sekunde
   *[other] { $count } Sekunden
}
span-two = { $larger } { $smaller }
