# Português

sign-in-title = Entrar
sign-in-lead = para continuar para { $application }
email = Endereço de e-mail
password = Senha
sign-in-button = Entrar
cancel = Cancelar
forgot = Esqueceu a senha?
sign-up-ask = Primeira vez aqui?
sign-up-link = Criar um acesso
or = ou
connection-button = Continuar com { $connection }
wrong = Este endereço de e-mail e esta senha não combinam.
too-many = Houve tentativas erradas demais. Aguarde { $span } e tente novamente.
changed = Algo mudou nesse meio-tempo, por isso nada foi feito. Verifique e tente novamente.

second-title = Mais um passo
second-lead = Você está entrando como { $person }.
otp = Código do seu aplicativo
otp-hint = Seis dígitos. Um novo código aparece a cada 30 segundos.
otp-wrong = Este código não está certo ou já foi usado.
recovery = Código de recuperação
recovery-hint = Um dos códigos que anotou ao configurar o aplicativo. Cada um vale uma vez.
recovery-link = Sem o telefone por perto? Use um código de recuperação
otp-link = Usar um código do aplicativo
go-on = Continuar
somebody-else = Entrar com outra conta

account-title = Escolher uma conta
account-lead = para continuar para { $application }
account-stay = Continuar como { $person }
account-other = Usar outra conta

consent-title = Permitir o acesso?
consent-lead = { $application } de { $owner } pede para agir em seu nome.
consent-api = Usa em seu nome
consent-host = Leva de volta a
consent-environment = Ambiente
environment-test = Teste
consent-permissions = A aplicação poderia então
permission-new = Novo
permission-new-note = O que está marcado como “{ permission-new }” é pedido pela primeira vez; o restante já foi aceito antes.
consent-lasts = Por quanto tempo
lasts-span = { $span }, a menos que aceite novamente
lasts-open = Até ser retirado
consent-own = Você pode retirar o acesso a qualquer momento na sua página de perfil.
consent-ask = Para retirar o acesso, dirija-se a { $vendor }.
approve = Permitir
deny = Não permitir
consent-person = Você entrou como { $person }.
not-you = Não é você?

scope-openid = Saber que é você
scope-profile = Ver o seu perfil: nome, foto, data de nascimento, idioma e semelhantes
scope-email = Ver o seu endereço de e-mail
scope-address = Ver o seu endereço postal
scope-phone = Ver o seu número de telefone
scope-offline = Permanecer conectada na sua ausência
scope-other = Usar “{ $scope }”

test-title = Conexão de teste
test-lead = Esta página representa { $connection }. Quem apertar o botão conta como tendo estado lá.
test-button = Estive lá

join-title = Criar um acesso
join-lead = Enviamos um link ao seu endereço. A senha é escolhida lá.
name = Seu nome
join-button = Enviar o link
join-have = Já tem um acesso?
invalid = Isto não pode ser usado. Verifique, por favor.
mail-title = Veja o seu e-mail
mail-words = Se tudo estiver em ordem, uma mensagem com um link está a caminho. Abra o link neste navegador.

missing = Preencha este campo.
look-again = Nada foi salvo ainda. Verifique o seguinte:
not-done = Isto não é possível.
password-refused = Esta senha não pode ser escolhida: é curta ou longa demais, conhecida por um vazamento ou fácil de adivinhar.

forgot-lead = Informe o seu endereço de e-mail, e enviaremos um link para escolher uma nova.
forgot-button = Enviar um link
sign-in-back = Voltar à entrada
sent-words = Se pudermos fazer algo por esse endereço, uma mensagem com um link está a caminho. Ela deve chegar em alguns minutos.
sent-hint = Não chegou nada? Veja na caixa de spam e confira se digitou o endereço que usa aqui. Por boas razões não dizemos aqui quais endereços conhecemos.

open-title = Abrir uma conta
open-lead = Para testar, na hora. Você recebe uma conta e credenciais próprias.
open-email-hint = Enviamos um link para ele. A senha é escolhida lá.
open-firm = Nome da sua empresa
open-have = Já tem uma conta?

welcome-title = Boas-vindas
code = Código do link
code-hint = É o que vem depois de # no link que você recebeu e começa com tgl_.
code-none = Sem link?
dead-title = Este link não funciona
dead-words = Já foi usado, um mais novo foi enviado depois, ou é antigo demais. Os links das nossas mensagens valem uma vez e por tempo limitado.
dead-forgot = Esqueceu a senha?
dead-forgot-link = Pedir um novo link
dead-open = Queria abrir uma conta?
dead-open-link = Começar de novo
dead-other = Tem outro link?
dead-other-link = Digitar o código
dead-invited = Recebeu um convite? Peça a quem convidou que envie o convite de novo.

invited-lead = Você recebeu um convite para { $place }. Escolha uma senha para entrar.
invited-many = Você recebeu um convite para { $count } contas. Escolha uma senha para entrar.
invited-button = Entrar pela primeira vez
opening-title = Abrir a sua conta
opening-lead = Escolha uma senha, e a conta é sua.
opening-button = Abrir a conta
joining-title = Escolher uma senha
joining-lead = A partir daí você entra em { $vendor } com o seu endereço e esta senha.
reset-title = Escolher uma nova senha
reset-lead = Todas as sessões abertas em seu nome serão encerradas.
reset-button = Salvar a nova senha
first-title = Ser a primeira pessoa na operação
first-lead = Ninguém opera { $vendor } ainda. Você convida os demais pela mesa de operação.
first-email = Seu endereço de e-mail
first-email-hint = Você entra com ele.
first-button = Começar
address-title = Confirmar o novo endereço
address-lead = A partir de agora você entra com { $email }, e as mensagens vão para lá.
address-door = Entre primeiro com o endereço que tinha até agora. Se não foi você quem pediu isto, feche esta página: nada muda.
address-button = Confirmar o endereço
new-password = Nova senha
password-rules = Pelo menos 8 caracteres; algumas palavras simples são melhores que uma estranha. Pode ter espaços e quaisquer outros caracteres. Senhas conhecidas por vazamentos, ou feitas do seu nome ou endereço, são recusadas.

leave-title = Um momento
leave-words = Você está voltando para { $host }.
leave-onward = A seguir: { $connection }.
leave-button = Continuar

logout-title = Sair?
logout-words = Quer sair de { $vendor }?
logout-client = { $application } pede para encerrar a sua sessão em { $vendor }.
logout-button = Sair
logout-stay = Não sair
gone-title = A sessão foi encerrada
gone-words = A sua sessão em { $vendor } foi encerrada. Pode fechar esta página.
gone-telling = Suas aplicações estão sendo avisadas.
gone-link = Continuar
gone-frame = Encerramento da sessão em outro lugar

refused-title = Não é possível continuar
refused-client = A aplicação que pediu esta página não é conhecida. Nenhuma sessão foi aberta nela.
refused-redirect = A aplicação que pediu esta página indicou um endereço que não está registrado para ela. Para que nada seu se extravie, a página termina aqui.
refused-other = A aplicação que pediu esta página pediu algo que não é possível.
refused-back = Volte à aplicação e tente novamente. Se acontecer outra vez, avise quem a mantém.
refused-developer = Para desenvolvedores
refused-request = Pedido
over-title = Esta entrada terminou
over-words = Demorou demais, já foi concluída ou começou em outro navegador. Volte à aplicação e comece de novo.
stale-title = Esta página está desatualizada
stale-words = Foi aberta antes de algo mudar, por isso nada foi feito. Volte, recarregue a página e tente novamente.
fault-title = Algo deu errado do nosso lado
fault-words = Pode passar em instantes. Tente novamente. Se acontecer outra vez, informe este pedido a quem mantém este serviço.
provider-title = Não funcionou
provider-words = { $connection } não está acessível no momento, ou a sua resposta não é confiável. Tente novamente ou entre de outra forma.
provider-unknown = { $connection } conhece você, mas aqui não há nenhum acesso correspondente. Entre de outra forma ou pergunte aos responsáveis pelo serviço.
begin-anew = Voltar à entrada

span-days = { $count ->
    [one] { $count } dia
   *[other] { $count } dias
}
span-hours = { $count ->
    [one] { $count } hora
   *[other] { $count } horas
}
span-minutes = { $count ->
    [one] { $count } minuto
   *[other] { $count } minutos
}
span-seconds = { $count ->
    [one] { $count } segundo
   *[other] { $count } segundos
}
span-two = { $larger } { $smaller }
