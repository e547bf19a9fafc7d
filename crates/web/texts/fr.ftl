# Français

sign-in-title = Se connecter
sign-in-lead = pour continuer vers { $application }
email = Adresse e-mail
password = Mot de passe
sign-in-button = Se connecter
cancel = Annuler
forgot = Mot de passe oublié ?
sign-up-ask = Première visite ?
sign-up-link = Créer un accès
or = ou
connection-button = Continuer avec { $connection }
wrong = Cette adresse e-mail et ce mot de passe ne vont pas ensemble.
too-many = Il y a eu trop d’essais erronés. Veuillez attendre { $span }, puis réessayer.
changed = Quelque chose a changé entre-temps, rien n’a donc été fait. Veuillez vérifier et réessayer.

second-title = Encore une étape
second-lead = Vous vous connectez en tant que { $person }.
otp = Code de votre application
otp-hint = Six chiffres. Un nouveau code apparaît toutes les 30 secondes.
otp-wrong = Ce code n’est pas le bon, ou il a déjà servi.
recovery = Code de secours
recovery-hint = L’un des codes que vous avez notés lors de la configuration de votre application. Chacun sert une seule fois.
recovery-link = Pas de téléphone sous la main ? Utiliser un code de secours
otp-link = Utiliser un code de votre application
go-on = Continuer
somebody-else = Se connecter avec un autre compte

account-title = Choisir un compte
account-lead = pour continuer vers { $application }
account-stay = Continuer en tant que { $person }
account-other = Utiliser un autre compte

consent-title = Autoriser l’accès ?
consent-lead = { $application } de { $owner } demande à agir en votre nom.
consent-api = Appelle pour vous
consent-host = Vous ramène à
consent-environment = Environnement
environment-test = Test
consent-permissions = L’application pourrait alors
permission-new = Nouveau
permission-new-note = Ce qui est marqué « { permission-new } » est demandé pour la première fois ; vous avez déjà accepté le reste.
consent-lasts = Durée
lasts-span = { $span }, sauf nouvel accord de votre part
lasts-open = Jusqu’à ce que l’accord soit retiré
consent-own = Vous pouvez retirer cet accord à tout moment sur votre page de profil.
consent-ask = Pour retirer cet accord, adressez-vous à { $vendor }.
approve = Autoriser
deny = Ne pas autoriser
consent-person = Session ouverte au nom de { $person }.
not-you = Ce n’est pas vous ?

scope-openid = Savoir que c’est vous
scope-profile = Voir votre profil : nom, photo, date de naissance, langue et autres
scope-email = Voir votre adresse e-mail
scope-address = Voir votre adresse postale
scope-phone = Voir votre numéro de téléphone
scope-offline = Rester connectée en votre absence
scope-other = Utiliser « { $scope } »

test-title = Connexion d’essai
test-lead = Cette page tient lieu de { $connection }. Quiconque appuie sur le bouton est réputé y être passé.
test-button = J’y étais

join-title = Créer un accès
join-lead = Nous envoyons un lien à votre adresse. Vous y choisirez votre mot de passe.
name = Votre nom
join-button = M’envoyer le lien
join-have = Vous avez déjà un accès ?
invalid = Cela ne peut pas être utilisé. Veuillez vérifier.
mail-title = Consultez votre messagerie
mail-words = Si tout est en ordre, un e-mail contenant un lien est en route vers vous. Ouvrez le lien dans ce navigateur.

missing = Veuillez remplir ce champ.
look-again = Rien n’a encore été enregistré. Veuillez revoir ceci :
not-done = Cela n’est pas possible.
password-refused = Ce mot de passe ne peut pas être choisi : il est trop court ou trop long, connu par une fuite de données, ou facile à deviner.

forgot-lead = Indiquez-nous votre adresse e-mail, et nous vous enverrons un lien pour en choisir un nouveau.
forgot-button = M’envoyer un lien
sign-in-back = Retour à la connexion
sent-words = Si nous pouvons faire quelque chose pour cette adresse, un e-mail contenant un lien lui est envoyé. Il devrait arriver dans quelques minutes.
sent-hint = Rien n’est arrivé ? Regardez dans le courrier indésirable et vérifiez que vous avez saisi l’adresse que vous utilisez ici. Pour de bonnes raisons, nous ne disons pas ici quelles adresses nous connaissons.

open-title = Ouvrir un compte
open-lead = Pour essayer, tout de suite. Vous obtenez un compte et des identifiants à vous.
open-email-hint = Nous y envoyons un lien. Vous y choisirez votre mot de passe.
open-firm = Nom de votre entreprise
open-have = Vous avez déjà un compte ?

welcome-title = Bienvenue
code = Code du lien
code-hint = C’est ce qui suit le # dans le lien que vous avez reçu ; il commence par tgl_.
code-none = Pas de lien ?
dead-title = Ce lien ne fonctionne pas
dead-words = Il a déjà servi, un plus récent a été envoyé depuis, ou il est trop ancien. Les liens de nos e-mails servent une seule fois et pour un temps limité.
dead-forgot = Avez-vous oublié votre mot de passe ?
dead-forgot-link = Demander un nouveau lien
dead-open = Vouliez-vous ouvrir un compte ?
dead-open-link = Recommencer
dead-other = Avez-vous un autre lien ?
dead-other-link = Saisir son code
dead-invited = Avez-vous été invité ? Demandez à qui vous a invité de renvoyer l’invitation.

invited-lead = Vous êtes invité à rejoindre { $place }. Choisissez un mot de passe pour entrer.
invited-many = Vous êtes invité à rejoindre { $count } comptes. Choisissez un mot de passe pour entrer.
invited-button = Se connecter pour la première fois
opening-title = Ouvrir votre compte
opening-lead = Choisissez un mot de passe, et le compte est à vous.
opening-button = Ouvrir le compte
joining-title = Choisir un mot de passe
joining-lead = Vous vous connecterez ensuite à { $vendor } avec votre adresse et ce mot de passe.
reset-title = Choisir un nouveau mot de passe
reset-lead = Toutes les sessions ouvertes en votre nom seront fermées.
reset-button = Enregistrer le nouveau mot de passe
first-title = Devenir le premier opérateur
first-lead = Personne n’exploite encore { $vendor }. Vous inviterez les autres depuis le bureau des opérateurs.
first-email = Votre adresse e-mail
first-email-hint = Vous vous connectez avec elle.
first-button = Commencer
address-title = Confirmer votre nouvelle adresse
address-lead = Désormais, vous vous connectez avec { $email }, et les e-mails y sont envoyés.
address-door = Connectez-vous d’abord avec l’adresse que vous aviez jusqu’ici. Si vous n’avez rien demandé, fermez cette page : rien ne change.
address-button = Confirmer l’adresse
new-password = Nouveau mot de passe
password-rules = Au moins 8 caractères ; quelques mots simples valent mieux qu’un seul mot bizarre. Les espaces et tous les autres caractères sont permis. Les mots de passe connus par des fuites de données, ou faits de votre nom ou de votre adresse, sont refusés.

leave-title = Un instant
leave-words = Nous vous ramenons à { $host }.
leave-onward = Vous continuez vers { $connection }.
leave-button = Continuer

logout-title = Se déconnecter ?
logout-words = Voulez-vous vous déconnecter de { $vendor } ?
logout-client = { $application } demande à vous déconnecter de { $vendor }.
logout-button = Se déconnecter
logout-stay = Garder la session
gone-title = Votre session est fermée
gone-words = Votre session chez { $vendor } est fermée. Vous pouvez fermer cette page.
gone-telling = Vos applications sont prévenues.
gone-link = Continuer
gone-frame = Déconnexion ailleurs

refused-title = Cette connexion ne peut pas continuer
refused-client = L’application d’où vous venez n’est pas connue. Aucune session n’y a été ouverte.
refused-redirect = L’application d’où vous venez a indiqué une adresse qui n’est pas enregistrée pour elle. Pour que rien de vous ne s’égare, vous restez ici.
refused-other = L’application d’où vous venez demande quelque chose qui n’est pas possible.
refused-back = Retournez à l’application et réessayez. Si cela se reproduit, prévenez ceux qui l’exploitent.
refused-developer = Pour les développeurs
refused-request = Requête
over-title = Cette connexion est terminée
over-words = Elle a pris trop de temps, elle est déjà achevée ou elle a été commencée dans un autre navigateur. Retournez à l’application et recommencez.
stale-title = Cette page n’est plus à jour
stale-words = Elle a été ouverte avant un changement, rien n’a donc été fait. Revenez en arrière, rechargez la page et réessayez.
fault-title = Un problème est survenu de notre côté
fault-words = Cela peut passer dans un instant. Veuillez réessayer. Si cela se reproduit, indiquez cette requête à ceux qui exploitent ce service.
provider-title = Cela n’a pas marché
provider-words = { $connection } est injoignable pour le moment, ou sa réponse n’est pas fiable. Veuillez réessayer ou vous connecter autrement.
provider-unknown = { $connection } vous connaît, mais aucun accès d’ici n’y correspond. Veuillez vous connecter autrement ou demander aux responsables de ce service.
begin-anew = Retour à la connexion

span-days = { $count ->
    [one] { $count } jour
   *[other] { $count } jours
}
span-hours = { $count ->
    [one] { $count } heure
   *[other] { $count } heures
}
span-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
span-seconds = { $count ->
    [one] { $count } seconde
   *[other] { $count } secondes
}
span-two = { $larger } { $smaller }
