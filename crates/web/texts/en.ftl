# The words of the pages that lead a person from an application's request to its code, and of those beside that way:
# a forgotten password, an account of one's own, links from mails. Every language has the same messages with the same
# placeholders; a test holds that.

# Signing in
sign-in-title = Sign in
sign-in-lead = to go on to { $application }
email = E-mail address
password = Password
sign-in-button = Sign in
cancel = Cancel
forgot = Forgot your password?
sign-up-ask = New here?
sign-up-link = Create a login
or = or
connection-button = Go on with { $connection }
wrong = This e-mail address and password do not belong together.
too-many = There were too many wrong tries. Please wait { $span } and try again.
changed = Something changed in the meantime, so nothing was done. Please look at it and try again.

# The second factor
second-title = One more step
second-lead = You are signing in as { $person }.
otp = Code from your app
otp-hint = Six digits. A new code appears every 30 seconds.
otp-wrong = This code is not right, or it was used already.
recovery = Recovery code
recovery-hint = One of the codes you wrote down when you set up your app. Each works once.
recovery-link = No phone at hand? Use a recovery code
otp-link = Use a code from your app
go-on = Go on
somebody-else = Sign in as somebody else

# Choosing an account
account-title = Choose an account
account-lead = to go on to { $application }
account-stay = Go on as { $person }
account-other = Use another account

# Agreeing
consent-title = Allow access?
consent-lead = { $application } of { $owner } asks to act for you.
consent-api = Calls for you
consent-host = Takes you back to
consent-environment = Environment
environment-test = Test
consent-permissions = The application could then
permission-new = New
permission-new-note = What is marked “{ permission-new }” is asked for the first time; you agreed to the rest before.
consent-lasts = How long
lasts-span = { $span }, unless you agree again
lasts-open = Until it is taken back
consent-own = You can take it back at any time on your profile page.
consent-ask = To take it back, ask { $vendor }.
approve = Allow
deny = Do not allow
consent-person = You are signed in as { $person }.
not-you = Not you?

# Permissions that every house knows
scope-openid = Know that it is you
scope-profile = See your profile: name, picture, birthday, language and the like
scope-email = See your e-mail address
scope-address = See your postal address
scope-phone = See your phone number
scope-offline = Stay connected while you are away
scope-other = Use “{ $scope }”

# A connection for trying out
test-title = Test connection
test-lead = This stands for { $connection }. Whoever presses the button counts as having been there.
test-button = I was there

# Making a record of one's own
join-title = Create a login
join-lead = We send a link to your address. You choose your password there.
name = Your name
join-button = Send me the link
join-have = Do you have a login?
invalid = This cannot be used. Please check it.
mail-title = Look into your mail
mail-words = If everything is in order, a mail with a link is on its way to you. Open the link in this browser.

# Forms that are shown again
missing = Please fill this in.
look-again = Please look at this again; nothing was done yet:
not-done = This cannot be done.
password-refused = This password cannot be chosen: it is too short or too long, known from a breach, or easily guessed.

# A forgotten password
forgot-lead = Tell us your e-mail address, and we send you a link to choose a new one.
forgot-button = Send me a link
sign-in-back = Back to signing in
sent-words = If we can do anything for that address, a mail with a link is on its way to it. It should be there within a few minutes.
sent-hint = Nothing there? Look into your junk mail, and check that you typed the address you use here. For good reasons we do not say here which addresses we know.

# Opening an account
open-title = Open an account
open-lead = For testing, at once. You get an account and credentials of your own.
open-email-hint = We send a link to it. You choose your password there.
open-firm = Your firm's name
open-have = Do you have an account?

# Links from mails
welcome-title = Welcome
code = Code from the link
code-hint = It is what stands after the # in the link that you were sent, and begins with tgl_.
code-none = No link?
dead-title = This link does not work
dead-words = It was used already, a newer one was sent since, or it is too old. Links from our mails work once and for a limited time.
dead-forgot = Did you forget your password?
dead-forgot-link = Ask for a new link
dead-open = Did you want to open an account?
dead-open-link = Start again
dead-other = Do you have another link?
dead-other-link = Type its code
dead-invited = Were you invited? Ask whoever invited you to send the invitation again.

# What a link is for
invited-lead = You are invited to { $place }. Choose a password to come in.
invited-many = You are invited to { $count } accounts. Choose a password to come in.
invited-button = Sign in for the first time
opening-title = Open your account
opening-lead = Choose a password, and the account is yours.
opening-button = Open the account
joining-title = Choose a password
joining-lead = From then on you sign in to { $vendor } with your address and this password.
reset-title = Choose a new password
reset-lead = Everybody who is signed in as you is signed out by it.
reset-button = Set the new password
first-title = Become the first operator
first-lead = Nobody runs { $vendor } yet. You invite the others from the operators' desk.
first-email = Your e-mail address
first-email-hint = You sign in with it.
first-button = Begin
address-title = Confirm your new address
address-lead = From now on you sign in with { $email }, and mails go there.
address-door = Sign in first, with the address you have had so far. If it was not you who asked for this, close this page: nothing changes.
address-button = Confirm the address
new-password = New password
password-rules = At least 8 characters; a few plain words are better than one odd one. Spaces and any other characters may be in it. Passwords that are known from breaches, or made of your name or address, are refused.

# Leaving
leave-title = One moment
leave-words = You are being taken back to { $host }.
leave-onward = You are going on to { $connection }.
leave-button = Go on

# Signing out
logout-title = Sign out?
logout-words = Do you want to sign out of { $vendor }?
logout-client = { $application } asks to sign you out of { $vendor }.
logout-button = Sign out
logout-stay = Stay signed in
gone-title = You are signed out
gone-words = You are signed out of { $vendor }. You can close this page.
gone-telling = Your applications are being told.
gone-link = Go on
gone-frame = Signing out elsewhere

# When it cannot go on
refused-title = This sign-in cannot go on
refused-client = The application that sent you here is not known. You were not signed in to it.
refused-redirect = The application that sent you here named an address that is not registered for it. So that nothing about you goes astray, you stay here.
refused-other = The application that sent you here asked for something that cannot be done.
refused-back = Go back to the application and try again. If it happens again, tell those who run it.
refused-developer = For developers
refused-request = Request
over-title = This sign-in is over
over-words = It took too long, it was finished already, or it was begun in another browser. Go back to the application and begin anew.
stale-title = This page is stale
stale-words = It was opened before something changed, so nothing was done. Go back, reload the page and try again.
fault-title = Something went wrong on our side
fault-words = It may pass within moments. Please try again. If it happens again, name this request to those who run this place.
provider-title = That did not work
provider-words = { $connection } cannot be reached just now, or its answer cannot be trusted. Please try again, or sign in another way.
provider-unknown = { $connection } knows you, but nobody who may sign in here goes with that. Please sign in another way, or ask those who run this place.
begin-anew = Back to the sign-in

# Spans of time
span-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
span-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
span-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
span-seconds = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
}
span-two = { $larger } { $smaller }
