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
join-invalid = Isto não pode ser usado. Verifique, por favor.
mail-title = Veja o seu e-mail
mail-words = Se tudo estiver em ordem, uma mensagem com um link está a caminho. Abra o link neste navegador.

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
